import type { Progress } from '$lib/contract/bindings';
import { cancelledEarly, toHostError } from './errors';
import type { Host, JobOptions, Req, Res, CallName, CommandName, HostEvents, JobName } from './types';

/**
 * The development server over the same command table, so that a browser shows the real thing.
 * `POST /call/<command>` with the request as JSON answers 200 with the view, anything else with a `Failure`. A job carries
 * its id in the header `x-job`; its progress comes as the event `progress` (`{"job", "progress"}`) on `/events`, and
 * `POST /cancel/<id>` stops it.
 */
export class HttpHost implements Host {
  #events: EventSource | undefined;
  readonly #base: string;

  constructor(base = '') {
    this.#base = base;
  }

  call<K extends CallName>(name: K, req: Req<K>): Promise<Res<K>> {
    return this.#post(name, req, {});
  }

  async job<K extends JobName>(name: K, req: Req<K>, { onprogress, signal }: JobOptions = {}): Promise<Res<K>> {
    if (signal?.aborted) throw cancelledEarly();
    const job = crypto.randomUUID();
    const end = this.#listen<{ job: string; progress: Progress }>('progress', (step) => {
      if (step.job === job) onprogress?.(step.progress);
    });
    const cancel = () => void fetch(`${this.#base}/cancel/${job}`, { method: 'POST' }).catch(() => undefined);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await this.#post(name, req, { 'x-job': job });
    } finally {
      signal?.removeEventListener('abort', cancel);
      end();
    }
  }

  on<E extends keyof HostEvents>(event: E, listener: (payload: HostEvents[E]) => void): () => void {
    return this.#listen(event, listener);
  }

  async #post<K extends CommandName>(name: K, req: Req<K>, headers: Record<string, string>): Promise<Res<K>> {
    let answer: unknown;
    let ok = false;
    try {
      const response = await fetch(`${this.#base}/call/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(req),
      });
      ok = response.ok;
      answer = await response.json();
    } catch (cause) {
      throw toHostError(cause);
    }
    if (!ok) throw toHostError(answer);
    return answer as Res<K>;
  }

  #listen<T>(event: string, listener: (payload: T) => void): () => void {
    this.#events ??= new EventSource(`${this.#base}/events`);
    const source = this.#events;
    const heard = (message: MessageEvent<string>) => listener(JSON.parse(message.data) as T);
    source.addEventListener(event, heard);
    return () => source.removeEventListener(event, heard);
  }
}
