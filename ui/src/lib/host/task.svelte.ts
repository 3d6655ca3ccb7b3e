import type { Progress } from '$lib/contract/bindings';
import { host } from './index';
import { toHostError, type HostError } from './errors';
import type { JobName, Req, Res } from './types';

/** One thing a person asked for: running, failed, and how far it is. A second start while it runs is ignored. */
export class Task<Args extends unknown[] = [], T = void> {
  running = $state(false);
  error = $state.raw<HostError>();
  progress = $state.raw<Progress>();
  #abort: AbortController | undefined;
  readonly #work: (context: { signal: AbortSignal; onprogress: (progress: Progress) => void }, ...args: Args) => Promise<T>;

  constructor(work: (context: { signal: AbortSignal; onprogress: (progress: Progress) => void }, ...args: Args) => Promise<T>) {
    this.#work = work;
  }

  /** The answer, or undefined when it failed (see `error`), was cancelled, or was running already. */
  async run(...args: Args): Promise<T | undefined> {
    if (this.running) return undefined;
    this.running = true;
    this.error = undefined;
    this.progress = undefined;
    const abort = new AbortController();
    this.#abort = abort;
    try {
      return await this.#work({ signal: abort.signal, onprogress: (step) => (this.progress = step) }, ...args);
    } catch (cause) {
      const error = toHostError(cause);
      if (!error.cancelled) this.error = error;
      return undefined;
    } finally {
      this.running = false;
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }

  clear(): void {
    this.error = undefined;
  }
}

/** Something asked of the host or of the page: `const save = task(async (name: string) => host().call(...))`. */
export function task<Args extends unknown[], T>(work: (...args: Args) => Promise<T>): Task<Args, T> {
  return new Task((_context, ...args: Args) => work(...args));
}

/** A job of the host: `const check = job('vault_check'); await check.run({})`; shows in `<Progress {...}>`. */
export function job<K extends JobName>(name: K): Task<[Req<K>], Res<K>> {
  return new Task((context, req: Req<K>) => host().job(name, req, context));
}
