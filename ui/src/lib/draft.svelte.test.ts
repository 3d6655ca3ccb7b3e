import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { draft, flushDrafts, type Draft } from './draft.svelte';
import { setHost } from './host';
import { FakeHost } from './host/fake';

const kept = new Map<string, string>();
let fake: FakeHost;
let end = () => {};

beforeEach(() => {
  vi.useFakeTimers();
  kept.clear();
  fake = new FakeHost({
    draft_load: ({ key }) => ({ body: kept.get(key) ?? null }),
    draft_save: ({ key, body }) => (kept.set(key, body), {}),
    draft_drop: ({ key }) => (kept.delete(key), {}),
  });
  setHost(fake);
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

interface Form {
  name: string;
  notes: string;
}

async function begin(): Promise<Draft<Form>> {
  let form: Draft<Form> | undefined;
  end = $effect.root(() => {
    form = draft('customer:C-1', () => ({ name: 'Acme', notes: '' }));
  });
  flushSync();
  await vi.advanceTimersByTimeAsync(0);
  return form as Draft<Form>;
}

describe('a draft', () => {
  it('is kept a moment after the last key, once', async () => {
    const form = await begin();
    for (const notes of ['m', 'mo', 'moved']) {
      form.value.notes = notes;
      flushSync();
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(fake.requests('draft_save')).toEqual([{ key: 'customer:C-1', body: '{"name":"Acme","notes":"moved"}' }]);
  });
  it('of an untouched form is not written', async () => {
    await begin();
    await vi.advanceTimersByTimeAsync(1000);
    expect(fake.requests('draft_save')).toEqual([]);
  });
  it('comes back after a lock or a crash, and says so', async () => {
    kept.set('customer:C-1', '{"notes":"half a sent"}');
    const form = await begin();
    expect([form.value.name, form.value.notes, form.restored, form.ready], 'fields added since are there too').toEqual(['Acme', 'half a sent', true, true]);
  });
  it('that cannot be read leaves the form usable', async () => {
    kept.set('customer:C-1', '{broken');
    const form = await begin();
    expect([form.value.name, form.ready, form.restored]).toEqual(['Acme', true, false]);
  });
  it('is written at once when the vault is locked by hand or the screen is left', async () => {
    const form = await begin();
    form.value.notes = 'x';
    flushSync();
    await flushDrafts();
    expect(kept.get('customer:C-1')).toContain('"x"');
    form.value.notes = 'xy';
    flushSync();
    end();
    await vi.advanceTimersByTimeAsync(0);
    expect(kept.get('customer:C-1')).toContain('"xy"');
  });
  it('is gone after the real save', async () => {
    const form = await begin();
    form.value.notes = 'x';
    flushSync();
    await form.drop();
    await vi.advanceTimersByTimeAsync(1000);
    expect([kept.size, form.value.notes]).toEqual([0, '']);
  });
});
