import { Channel, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Progress } from '$lib/contract/bindings';
import { cancelledEarly, toHostError } from './errors';
import type { Host, JobOptions, Req, Res, CallName, HostEvents, JobName } from './types';

/** The desktop program. This folder alone may import `@tauri-apps/*`. */
export class TauriHost implements Host {
  async call<K extends CallName>(name: K, req: Req<K>): Promise<Res<K>> {
    try {
      return await invoke<Res<K>>(name, { req });
    } catch (cause) {
      throw toHostError(cause);
    }
  }

  async job<K extends JobName>(name: K, req: Req<K>, { onprogress, signal }: JobOptions = {}): Promise<Res<K>> {
    if (signal?.aborted) throw cancelledEarly();
    const job = crypto.randomUUID();
    const progress = new Channel<Progress>((step) => onprogress?.(step));
    // A cancel that comes too late finds no such job; the job's own answer is what counts.
    const cancel = () => void invoke('job_cancel', { req: { job } }).catch(() => undefined);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await invoke<Res<K>>(name, { req, job, progress });
    } catch (cause) {
      throw toHostError(cause);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  on<E extends keyof HostEvents>(event: E, listener: (payload: HostEvents[E]) => void): () => void {
    let ended = false;
    const subscription = listen<HostEvents[E]>(event, ({ payload }) => {
      if (!ended) listener(payload);
    });
    return () => {
      ended = true;
      void subscription.then((end) => end());
    };
  }
}
