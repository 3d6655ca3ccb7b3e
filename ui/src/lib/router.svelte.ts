import type { Component } from 'svelte';
import type { Action } from './actions.svelte';
import type { IconName } from './icons/paths';

/** The names after the colons: `'/customers/:ref'` gives `'ref'`. */
type Names<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<Rest>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;

export type Params<P extends string = string> = string extends P ? Record<string, string> : Record<Names<P>, string>;

/** What a screen is given. What stands after the `?` it reads from `router.query`. */
export interface PageProps<P extends string = string> {
  params: Params<P>;
}

/** A screen whose path names nothing may do without properties. */
export type Screen<P extends string> = Component<PageProps<P>> | ([Names<P>] extends [never] ? Component<Record<string, never>> : never);

export interface Route {
  path: string;
  title: string;
  page: () => Promise<{ default: Component<PageProps> }>;
  /** In the rail on the left, in the order of the table, under this icon. */
  nav?: IconName;
  /** Begins a group of the rail: what is due, whom we serve, whom we answer, what we keep. */
  group?: boolean;
  /** The second key after `g`: "g c". */
  key?: string;
  /** The records that this screen shows are named like this, such as `C-000001`: references become links by it. */
  refs?: RegExp;
  /** What the palette finds here for the words typed. */
  find?: (text: string) => Promise<readonly Action[]>;
}

/** A row of the table of screens (src/features/index.ts). */
export function route<P extends string>(path: P, title: string, page: () => Promise<{ default: Screen<P> }>, more: Pick<Route, 'nav' | 'group' | 'key' | 'refs' | 'find'> = {}): Route {
  // The router hands over exactly the parameters that the path names, so the wider type is true.
  return { path, title, page: page as unknown as Route['page'], ...more };
}

export type Query = Record<string, string | number | boolean | null | undefined>;

/** An address inside the window: `href('/customers/:ref', { ref }, { tab: 'accounts' })`. Empty values are left out. */
export function href<P extends string>(path: P, ...[params, query]: Names<P> extends never ? [params?: Record<string, never>, query?: Query] : [params: Params<P>, query?: Query]): string {
  const filled = path.replaceAll(/:([a-z_]+)/g, (_whole, name: string) => encodeURIComponent((params as Record<string, string>)[name] ?? ''));
  return `#${filled}${written(query ?? {})}`;
}

function written(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '' || value === false) continue;
    search.set(name, value === true ? '1' : String(value));
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}

export interface Match {
  route: Route;
  params: Record<string, string>;
}

export function match(routes: readonly Route[], path: string): Match | undefined {
  const parts = path.split('/');
  for (const route of routes) {
    const wanted = route.path.split('/');
    if (wanted.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((piece, at) => {
      const part = parts[at] ?? '';
      if (!piece.startsWith(':')) return piece === part;
      params[piece.slice(1)] = part;
      return part !== '';
    });
    if (fits) return { route, params };
  }
  return undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Where the window is. The address is the only memory of filters, sorting and tabs, so that Back works. */
class Router {
  /** The table of screens, said once before anything is drawn. */
  routes: readonly Route[] = [];
  path = $state('/');
  /** What stands after the `?`. */
  query = $state.raw(new URLSearchParams());

  constructor() {
    this.#read();
    addEventListener('hashchange', () => this.#read());
  }

  /** One value of the query, or the text given. */
  param(name: string, otherwise = ''): string {
    return this.query.get(name) ?? otherwise;
  }

  go(address: string): void {
    location.hash = address.startsWith('#') ? address.slice(1) : address;
    this.#read();
  }

  /** The same screen with other values in the query. `replace` while someone is typing, so that Back skips the letters. */
  set(changes: Query, { replace = false } = {}): void {
    const query: Query = { ...Object.fromEntries(this.query), ...changes };
    const address = `#${this.path.split('/').map(encodeURIComponent).join('/')}${written(query)}`;
    if (address === location.hash) return;
    if (replace) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
    this.#read();
  }

  /** Where a record is shown, or null while no screen shows such records. */
  linkTo(ref: string | null | undefined): string | null {
    if (!ref) return null;
    const found = this.routes.find((route) => route.refs?.test(ref));
    return found ? `#${found.path.replace(/:[a-z_]+/, encodeURIComponent(ref))}` : null;
  }

  back(): void {
    history.back();
  }

  #read(): void {
    const [path = '', search = ''] = location.hash.slice(1).split(/\?(.*)/s);
    this.path = path === '' ? '/' : path.split('/').map(decoded).join('/');
    this.query = new URLSearchParams(search);
  }
}

export const router = new Router();
