import { host } from './index';
import { toHostError, type HostError } from './errors';
import type { CallName, Req, Res } from './types';

/**
 * A small cache of answers, keyed by command and request. Every `changes` event makes all of it stale: what is on the
 * screen is fetched again at once, the rest when it is next looked at. An old answer stays visible while the new one is on
 * its way, so nothing flickers.
 */
class Entry {
  data = $state.raw<unknown>();
  error = $state.raw<HostError>();
  loading = $state(false);
  watchers = 0;
  stale = true;
  #running = 0;

  constructor(readonly fetch: () => Promise<unknown>) {}

  async load(): Promise<void> {
    const run = ++this.#running;
    this.stale = false;
    this.loading = true;
    try {
      const data = await this.fetch();
      if (run !== this.#running) return;
      this.data = data;
      this.error = undefined;
    } catch (cause) {
      if (run !== this.#running) return;
      this.error = toHostError(cause);
    }
    this.loading = false;
  }
}

const entries = new Map<string, Entry>();
const seen = $state({ changes: 0 });

function entryOf<K extends CallName>(name: K, req: Req<K>): Entry {
  const key = `${name} ${JSON.stringify(req)}`;
  let entry = entries.get(key);
  if (!entry) {
    entry = new Entry(() => host().call(name, req));
    entries.set(key, entry);
  }
  return entry;
}

/** Counts the `changes` events; a table passes it on as its revision. */
export function revision(): number {
  return seen.changes;
}

/** Everything may have changed. */
export function invalidate(): void {
  seen.changes += 1;
  for (const [key, entry] of entries) {
    entry.stale = true;
    if (entry.watchers > 0) void entry.load();
    else entries.delete(key);
  }
}

/** Locking: nothing may remain. */
export function forget(): void {
  entries.clear();
}

export interface Query<T> {
  /** The newest answer; stays while a newer one is fetched. */
  readonly data: T | undefined;
  readonly error: HostError | undefined;
  /** True while fetching, also when an older answer is shown. */
  readonly loading: boolean;
  refetch(): Promise<void>;
}

/**
 * Asks and keeps asking: call it once while a component is set up. The request is a function, so that it follows state;
 * `undefined` means "not yet".
 */
export function query<K extends CallName>(name: K, req: () => Req<K> | undefined): Query<Res<K>> {
  const entry = $derived.by(() => {
    const now = req();
    return now === undefined ? undefined : entryOf(name, now);
  });
  $effect(() => {
    const watched = entry;
    if (!watched) return;
    watched.watchers += 1;
    if (watched.stale) void watched.load();
    return () => {
      watched.watchers -= 1;
    };
  });
  return {
    get data() {
      return entry?.data as Res<K> | undefined;
    },
    get error() {
      return entry?.error;
    },
    get loading() {
      return entry?.loading ?? false;
    },
    refetch: async () => entry?.load(),
  };
}
