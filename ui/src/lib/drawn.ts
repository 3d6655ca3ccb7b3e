/** Runs something once what is on the screen now has been drawn: what is not needed for that comes after it. */
export function whenDrawn(then: () => void): void {
  requestAnimationFrame(() => setTimeout(then));
}
