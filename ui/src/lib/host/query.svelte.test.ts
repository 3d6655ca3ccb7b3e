import { flushSync } from 'svelte';
import { afterEach, expect, it } from 'vitest';
import { setHost } from './index';
import { failure, FakeHost } from './fake';
import { forget, invalidate, query, revision } from './query.svelte';
import { job, task } from './task.svelte';

const settle = async () => {
  flushSync();
  await new Promise((done) => setTimeout(done));
  flushSync();
};

afterEach(() => forget());

/** Runs as a component would. */
function inside<T>(make: () => T): { value: T; end: () => void } {
  let value: T | undefined;
  const end = $effect.root(() => {
    value = make();
  });
  return { value: value as T, end };
}

it('an answer is fetched once for all who ask the same', async () => {
  const fake = new FakeHost({ clock_list: () => [] });
  setHost(fake);
  const { value, end } = inside(() => [query('clock_list', () => ({ all: true, query: null })), query('clock_list', () => ({ all: true, query: null }))]);
  await settle();
  expect(value.map((one) => one.data)).toEqual([[], []]);
  expect(fake.calls, 'two asked, one call').toHaveLength(1);
  end();
});

it('a change fetches again what is looked at, and the old answer stays meanwhile', async () => {
  let number = 0;
  const fake = new FakeHost({ app_state: () => ({ unlocked: true, vault: null, recent: [], version: String(++number), zone: 'UTC', idle_minutes: 5, lock_minimised: false, theme: 'system', density: 'normal', paper: 'letter', keep_backups: 0, hidden_columns: [] }) });
  setHost(fake);
  const { value, end } = inside(() => query('app_state', () => ({})));
  await settle();
  expect(value.data?.version).toBe('1');
  const before = revision();
  invalidate();
  expect([value.data?.version, value.loading], 'no flicker').toEqual(['1', true]);
  await settle();
  expect([value.data?.version, revision()]).toEqual(['2', before + 1]);
  end();
});

it('an error stands beside the last answer and goes with the next', async () => {
  let broken = false;
  const fake = new FakeHost({
    clock_list: () => {
      if (broken) throw failure('E-DB', 'The disk is full.');
      return [];
    },
  });
  setHost(fake);
  const { value, end } = inside(() => query('clock_list', () => ({ all: false, query: null })));
  await settle();
  broken = true;
  await value.refetch();
  expect([value.error?.code, value.data]).toEqual(['E-DB', []]);
  broken = false;
  await value.refetch();
  expect(value.error).toBeUndefined();
  end();
});

it('a task runs once at a time and keeps its error', async () => {
  let release = () => {};
  const work = task(() => new Promise<number>((done) => (release = () => done(7))));
  const first = work.run();
  expect(await work.run(), 'a double click is one act').toBeUndefined();
  release();
  expect(await first).toBe(7);
  const bad = task(() => Promise.reject(failure('E-X', 'no')));
  await bad.run();
  expect(bad.error?.code).toBe('E-X');
});

it('a job that is stopped is no error', async () => {
  setHost(
    new FakeHost({
      vault_backup: (_req, { report, signal }) => {
        report({ phase: 'Copying', done: 1, total: 2, unit: 'files' });
        return new Promise((_done, fail) => signal.addEventListener('abort', () => fail(failure('E-CANCELLED', 'stopped', { class: 'cancelled' }))));
      },
    }),
  );
  const backup = job('vault_backup');
  const run = backup.run({});
  await settle();
  expect([backup.running, backup.progress?.done]).toEqual([true, 1]);
  backup.cancel();
  await run;
  expect([backup.running, backup.error]).toEqual([false, undefined]);
});
