import type { Host } from './types';

let current: Host | undefined;

/** Said once, before anything is drawn. */
export function setHost(host: Host): void {
  current = host;
}

export function host(): Host {
  if (!current) throw new Error('setHost comes first');
  return current;
}

export { HostError, toHostError } from './errors';
export type { CallName, CommandName, Host, HostEvents, JobName, JobOptions, Req, Res } from './types';

/** The address of a page that Rust draws, such as `doc/ID/1?width=800`: the program's own protocol, or the development server. */
export function documentUrl(path: string): string {
  return '__TAURI_INTERNALS__' in window ? `doc://localhost/${path}` : `/${path}`;
}
