import { host } from './host';

const PAUSE = 400;
const open = new Set<Draft<object>>();

/** Before locking by hand: what was typed in the last moment is written too. */
export async function flushDrafts(): Promise<void> {
  await Promise.all([...open].map((form) => form.flush()));
}

/**
 * What someone types in a form, kept encrypted in the vault while they type: a lock, a crash or a flat battery loses nothing.
 *
 *     const form = draft('customer:C-000001', () => ({ name: '', notes: '' }));
 *     <TextField bind:value={form.value.name} />        …and after the real save:  await form.drop();
 */
export class Draft<T extends object> {
  value: T = $state() as T;
  /** The form shows what was kept earlier, not what is recorded. */
  restored = $state(false);
  /** The kept text has been looked for; until then a form should not be edited. */
  ready = $state(false);
  /** Typed since the last save. */
  dirty = $state(false);

  readonly #fresh: () => T;
  #saved: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly key: string,
    fresh: () => T,
  ) {
    this.#fresh = fresh;
    this.value = fresh();
    this.#saved = JSON.stringify(this.value);
  }

  async load(): Promise<void> {
    try {
      const { body } = await host().call('draft_load', { key: this.key });
      if (body !== null && body !== this.#saved) {
        this.value = { ...this.#fresh(), ...(JSON.parse(body) as T) };
        this.#saved = JSON.stringify(this.value);
        this.restored = true;
      }
    } catch {
      // A draft that cannot be read is no reason to keep the form shut.
    }
    this.ready = true;
  }

  /** Called for every change; writes after a short pause. */
  touch(body: string): void {
    if (!this.ready || body === this.#saved) return;
    this.dirty = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), PAUSE);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    const body = JSON.stringify(this.value);
    if (!this.ready || body === this.#saved) return;
    this.#saved = body;
    try {
      await host().call('draft_save', { key: this.key, body });
      this.dirty = false;
    } catch {
      this.#saved = '';
    }
  }

  /** The form was saved for real, or given up. */
  async drop(): Promise<void> {
    clearTimeout(this.#timer);
    this.value = this.#fresh();
    this.#saved = JSON.stringify(this.value);
    this.restored = false;
    this.dirty = false;
    await host().call('draft_drop', { key: this.key }).catch(() => undefined);
  }
}

/** A draft that lives as long as the component: call it once while it is set up. */
export function draft<T extends object>(key: string, fresh: () => T): Draft<T> {
  const form = new Draft(key, fresh);
  void form.load();
  $effect(() => form.touch(JSON.stringify(form.value)));
  $effect(() => {
    open.add(form as Draft<object>);
    return () => {
      open.delete(form as Draft<object>);
      void form.flush();
    };
  });
  return form;
}
