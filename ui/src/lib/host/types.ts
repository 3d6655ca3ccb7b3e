import type { Changes, Commands, Dropped, Empty, JOBS, Progress } from '$lib/contract/bindings';

export type CommandName = keyof Commands;
export type JobName = (typeof JOBS)[number];
export type CallName = Exclude<CommandName, JobName>;
export type Req<K extends CommandName> = Commands[K]['req'];
export type Res<K extends CommandName> = Commands[K]['res'];

/** What Rust tells the page on its own account. */
export interface HostEvents {
  /** Something was written: views fetch again. */
  changes: Changes;
  /** The vault was locked, by whatever trigger: the page forgets everything. */
  locked: Empty;
  /** Files were dropped on the window; their paths stay in Rust. */
  dropped: Dropped;
  /** Files hover over the window (`true`) or left it again. */
  drop_hover: boolean;
}

export interface JobOptions {
  onprogress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

/**
 * The one way out of the page. Three implementations: the desktop program, the development server, and memory (tests).
 * Every failure is a `HostError`.
 */
export interface Host {
  call<K extends CallName>(name: K, req: Req<K>): Promise<Res<K>>;
  /** Long work: reports progress, stops when the signal aborts (and then fails with class `cancelled`). */
  job<K extends JobName>(name: K, req: Req<K>, options?: JobOptions): Promise<Res<K>>;
  /** Returns the function that ends the subscription. */
  on<E extends keyof HostEvents>(event: E, listener: (payload: HostEvents[E]) => void): () => void;
}
