import { readdirSync, readFileSync } from 'node:fs';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { HostError, toHostError } from './errors';
import { failure, FakeHost } from './fake';
import { HttpHost } from './http';
import { TauriHost } from './tauri';

afterEach(() => {
  clearMocks();
  vi.unstubAllGlobals();
});

const SAID = { code: 'V-02', class: 'locked', message: 'Wrong passphrase.', problems: [], retry_after_ms: 1000 };

describe('errors', () => {
  it('keep the code, the class and the sentence', () => {
    const error = toHostError(SAID);
    expect([error.code, error.kind, error.message, error.retryAfterMs]).toEqual(['V-02', 'locked', 'Wrong passphrase.', 1000]);
  });
  it('of the bridge itself are a bare string and become one type', () => {
    const error = toHostError('invalid args `req` for command `today`');
    expect(error).toBeInstanceOf(HostError);
    expect(error.code).toBe('U-02');
    expect(error.message).toContain('invalid args');
  });
  it('name the field that is wrong', () => {
    const error = failure('E-X', 'x', { problems: [{ field: 'country', code: 'E-COUNTRY', message: 'no country' }] });
    expect([error.problem('country'), error.problem('name')]).toEqual(['no country', undefined]);
  });
});

describe('the desktop program', () => {
  it('gets one argument called req', async () => {
    const seen = vi.fn((_command: string, _args: unknown) => ({ unlocked: false }));
    mockIPC(seen as never);
    await new TauriHost().call('app_state', {});
    expect(seen.mock.calls[0]?.slice(0, 2)).toEqual(['app_state', { req: {} }]);
  });
  it('reports progress and is told to stop', async () => {
    const steps: unknown[] = [];
    const cancelled: unknown[] = [];
    const abort = new AbortController();
    mockIPC(((command: string, args: { progress: { id: number }; job: string; req: { job: string } }) => {
      if (command === 'job_cancel') return void cancelled.push(args.req.job);
      const bridge = (window as unknown as { __TAURI_INTERNALS__: { runCallback: (id: number, data: unknown) => void } }).__TAURI_INTERNALS__;
      bridge.runCallback(args.progress.id, { index: 0, message: { phase: 'Pages', done: 1, total: 2, unit: 'pages' } });
      abort.abort();
      return Promise.reject({ ...SAID, code: 'E-CANCELLED', class: 'cancelled' });
    }) as never);
    const failed = await new TauriHost().job('vault_check', {}, { onprogress: (step) => steps.push(step), signal: abort.signal }).catch((error: unknown) => error);
    expect(steps).toEqual([{ phase: 'Pages', done: 1, total: 2, unit: 'pages' }]);
    expect(cancelled).toHaveLength(1);
    expect((failed as HostError).cancelled, 'a stopped job fails as cancelled').toBe(true);
  });
});

describe('the development server', () => {
  it('is asked by POST and its failures are told apart from views', async () => {
    const fetched = vi.fn((path: string, _request: RequestInit) => Promise.resolve(new Response(JSON.stringify(path.endsWith('today') ? SAID : { unlocked: true }), { status: path.endsWith('today') ? 400 : 200 })));
    vi.stubGlobal('fetch', fetched);
    await expect(new HttpHost().call('app_state', {})).resolves.toEqual({ unlocked: true });
    expect(fetched.mock.calls[0]?.[0]).toBe('/call/app_state');
    await expect(new HttpHost().call('today', {})).rejects.toMatchObject({ code: 'V-02' });
  });
});

describe('the fake', () => {
  it('answers what it was taught, remembers the calls, and refuses the rest', async () => {
    const fake = new FakeHost({ vault_lock: () => ({}) });
    await fake.call('vault_lock', {});
    expect(fake.requests('vault_lock')).toEqual([{}]);
    await expect(fake.call('today', {})).rejects.toThrow('no answer for today');
  });
});

it('nothing outside this folder knows the desktop program', () => {
  const others = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => /\.(svelte|ts)$/.test(name) && !name.startsWith('lib/host/'));
  for (const name of others) expect(readFileSync(`src/${name}`, 'utf8'), `${name} imports @tauri-apps`).not.toMatch(/from '@tauri-apps|import\('@tauri-apps/);
});

it('no file writes markup or styles that the content policy forbids', () => {
  for (const name of readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.svelte'))) {
    const text = readFileSync(`src/${name}`, 'utf8').replaceAll(/<script[\s\S]*?<\/script>|<!--[\s\S]*?-->/g, '');
    expect(text, `${name} uses {@html}`).not.toContain('{@html');
    expect(text, `${name} has a style attribute`).not.toMatch(/\sstyle="/);
  }
});
