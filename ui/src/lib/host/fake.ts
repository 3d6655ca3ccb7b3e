import type { Progress } from '$lib/contract/bindings';
import { HostError, toHostError } from './errors';
import type { Host, JobOptions, Req, Res, CallName, CommandName, HostEvents, JobName } from './types';

export interface FakeJob {
  report: (progress: Progress) => void;
  signal: AbortSignal;
}

export type FakeHandlers = { [K in CommandName]?: (req: Req<K>, job: FakeJob) => Res<K> | Promise<Res<K>> };

/** In memory, for component tests: only what a test names is answered, and every call is remembered. */
export class FakeHost implements Host {
  readonly calls: { name: CommandName; req: unknown }[] = [];
  readonly #listeners = new Map<string, Set<(payload: never) => void>>();
  readonly #handlers: FakeHandlers;

  constructor(handlers: FakeHandlers = {}) {
    this.#handlers = handlers;
  }

  /** Replaces or adds answers. */
  answer(handlers: FakeHandlers): void {
    Object.assign(this.#handlers, handlers);
  }

  call<K extends CallName>(name: K, req: Req<K>): Promise<Res<K>> {
    return this.#run(name, req, { report: () => undefined, signal: new AbortController().signal });
  }

  job<K extends JobName>(name: K, req: Req<K>, { onprogress, signal }: JobOptions = {}): Promise<Res<K>> {
    return this.#run(name, req, {
      report: (progress) => onprogress?.(progress),
      signal: signal ?? new AbortController().signal,
    });
  }

  on<E extends keyof HostEvents>(event: E, listener: (payload: HostEvents[E]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<E extends keyof HostEvents>(event: E, payload: HostEvents[E]): void {
    for (const listener of this.#listeners.get(event) ?? []) (listener as (payload: HostEvents[E]) => void)(payload);
  }

  /** The requests that one command received, in order. */
  requests<K extends CommandName>(name: K): Req<K>[] {
    return this.calls.filter((call) => call.name === name).map((call) => call.req as Req<K>);
  }

  async #run<K extends CommandName>(name: K, req: Req<K>, job: FakeJob): Promise<Res<K>> {
    this.calls.push({ name, req });
    const handler = this.#handlers[name];
    if (!handler) throw toHostError(`the fake host has no answer for ${name}`);
    try {
      return await handler(req, job);
    } catch (cause) {
      throw toHostError(cause);
    }
  }
}

/** A failure as Rust would send it, for tests. */
export function failure(code: string, message: string, more: Partial<ConstructorParameters<typeof HostError>[0]> = {}): HostError {
  return new HostError({ code, class: 'bad_input', message, problems: [], retry_after_ms: 0, ...more });
}
