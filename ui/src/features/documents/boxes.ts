import type { PinView } from '$lib/contract/bindings';

/** The whole page, in the unit of boxes. */
export const WHOLE = 10_000;

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** A point of the page as it lies unrotated, for a point of the page as it is shown; `turn` is 0, 90, 180 or 270 degrees clockwise. */
export function unturned(turn: number, u: number, v: number): [number, number] {
  if (turn === 90) return [v, WHOLE - u];
  if (turn === 180) return [WHOLE - u, WHOLE - v];
  if (turn === 270) return [WHOLE - v, u];
  return [u, v];
}

/** A box of the unrotated page, as it lies on the page that is shown. */
export function turned(turn: number, { x, y, w, h }: Box): Box {
  if (turn === 90) return { x: WHOLE - y - h, y: x, w: h, h: w };
  if (turn === 180) return { x: WHOLE - x - w, y: WHOLE - y - h, w, h };
  if (turn === 270) return { x: y, y: WHOLE - x - w, w: h, h: w };
  return { x, y, w, h };
}

/** The box between two points, in whole numbers and on the page. */
export function between([x1, y1]: [number, number], [x2, y2]: [number, number]): Box {
  const clamp = (n: number) => Math.round(Math.min(WHOLE, Math.max(0, n)));
  const [left, right] = [clamp(Math.min(x1, x2)), clamp(Math.max(x1, x2))];
  const [top, bottom] = [clamp(Math.min(y1, y2)), clamp(Math.max(y1, y2))];
  return { x: left, y: top, w: right - left, h: bottom - top };
}

/** A pin as a part of an address, and back: "2,100,200,3000,400". */
export const written = (pin: PinView) => [pin.page, pin.x, pin.y, pin.w, pin.h].join(',');
export function parsed(text: string): PinView | null {
  const [page, x, y, w, h, ...rest] = text.split(',').map(Number);
  const all = [page, x, y, w, h];
  if (rest.length || all.some((n) => n === undefined || !Number.isInteger(n) || n < 0)) return null;
  return { page: page ?? 1, x: x ?? 0, y: y ?? 0, w: w ?? 0, h: h ?? 0 };
}
