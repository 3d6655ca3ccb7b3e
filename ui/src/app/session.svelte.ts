import type { AppState, Digest } from '$lib/contract/bindings';
import { flushDrafts } from '$lib/draft.svelte';
import { host, toHostError, type HostError } from '$lib/host';
import { forget } from '$lib/host/query.svelte';
import { preferences } from '$lib/preferences.svelte';

/** Whether a vault is open. The page asks Rust at every start and never remembers by itself. */
class Session {
  phase = $state<'starting' | 'locked' | 'open' | 'failed'>('starting');
  app = $state.raw<AppState>();
  error = $state.raw<HostError>();
  /** What unlocking said; gone with the next start. */
  digest = $state.raw<Digest>();

  async start(): Promise<void> {
    this.phase = 'starting';
    try {
      this.app = await host().call('app_state', {});
      preferences.take(this.app);
      this.phase = this.app.unlocked ? 'open' : 'locked';
    } catch (cause) {
      this.error = toHostError(cause);
      this.phase = 'failed';
    }
  }

  opened(digest: Digest): void {
    this.digest = digest;
    forget();
    this.phase = 'open';
  }

  async lock(): Promise<void> {
    await flushDrafts();
    await host().call('vault_lock', {});
    this.forgetAll();
  }

  /**
   * Locked, by whatever trigger. Text in JavaScript's memory cannot be wiped, so the page is thrown away and begun again;
   * the address goes too, because a search stands in it.
   */
  forgetAll(): void {
    forget();
    // Nothing is drawn until the page has begun again: what is drawn meanwhile would be torn away under somebody's hands.
    this.phase = 'starting';
    this.digest = undefined;
    history.replaceState(null, '', location.pathname);
    location.reload();
  }
}

export const session = new Session();
