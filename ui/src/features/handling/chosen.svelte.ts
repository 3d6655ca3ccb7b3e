/** The records that are chosen in a list: one by one or, with Shift, all from the one chosen last to this one. */
export class Chosen {
  refs = $state.raw<readonly string[]>([]);
  readonly #between: (first: number, count: number) => readonly string[] | Promise<readonly string[]>;
  #last = -1;

  /** `between` tells the references of so many rows from a place on, as the list is sorted. */
  constructor(between: (first: number, count: number) => readonly string[] | Promise<readonly string[]>) {
    this.#between = between;
  }

  has(ref: string): boolean {
    return this.refs.includes(ref);
  }

  async choose(ref: string, at: number, range: boolean): Promise<void> {
    const from = range ? this.#last : -1;
    this.#last = at;
    if (this.has(ref)) this.refs = this.refs.filter((one) => one !== ref);
    else if (from < 0 || from === at) this.refs = [...this.refs, ref];
    else this.refs = [...new Set([...this.refs, ...(await this.#between(Math.min(from, at), Math.abs(from - at) + 1))])];
  }

  set(refs: readonly string[]): void {
    this.refs = refs;
    this.#last = -1;
  }
}
