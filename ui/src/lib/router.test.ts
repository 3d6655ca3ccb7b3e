import { readdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { routes } from '$features/index';
import { href, match, route, router } from './router.svelte';

const page = () => Promise.reject(new Error('not drawn here'));
const table = [route('/customers', 'Customers', page), route('/customers/:ref', 'Customer', page, { refs: /^C-\d+$/ })];

beforeEach(() => {
  router.routes = table;
  router.go('#/');
});

describe('an address', () => {
  it('takes its parameters and leaves empty values out', () => {
    expect(href('/customers/:ref', { ref: 'C-000001' }, { tab: 'accounts', q: '', only: false })).toBe('#/customers/C-000001?tab=accounts');
  });
  it('survives letters of any script', () => {
    router.go(href('/customers', {}, { q: 'Пётр & Söhne=?' }));
    expect(router.param('q')).toBe('Пётр & Söhne=?');
  });
  it('that cannot be decoded does no harm', () => {
    router.go('#/customers/%E0%A4%A');
    expect(router.path).toBe('/customers/%E0%A4%A');
  });
});

describe('matching', () => {
  it('names the parameters', () => expect(match(table, '/customers/C-000001')?.params).toEqual({ ref: 'C-000001' }));
  it('wants the whole path', () => {
    expect(match(table, '/customers/')).toBeUndefined();
    expect(match(table, '/customers/C-1/more')).toBeUndefined();
  });
  it('finds the screen of a reference', () => {
    expect(router.linkTo('C-000001')).toBe('#/customers/C-000001');
    expect(router.linkTo('RS-0001'), 'no screen shows resellers here').toBeNull();
    expect(router.linkTo(null)).toBeNull();
  });
});

describe('the query', () => {
  it('is changed in place, so that Back undoes a filter', () => {
    router.go('#/customers?q=a&sort=name');
    router.set({ q: 'b', sort: null });
    expect(location.hash).toBe('#/customers?q=b');
    expect(router.path).toBe('/customers');
  });
  it('while typing does not fill the history', () => {
    router.go('#/customers');
    const before = history.length;
    router.set({ q: 'x' }, { replace: true });
    expect(history.length).toBe(before);
    expect(router.param('q')).toBe('x');
  });
});

it('each address written in a screen leads to a screen', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => /\.(svelte|ts)$/.test(name) && !name.endsWith('.test.ts') && !name.endsWith('router.svelte.ts'));
  const written = files.flatMap((name) => [...readFileSync(`src/${name}`, 'utf8').matchAll(/href\('(\/[^']*)'/g)].map((found) => ({ name, path: found[1] ?? '' })));
  for (const { name, path } of written) expect(routes.map((one) => one.path), `${name} links to ${path}`).toContain(path);
});
