import { route, type Route } from '$lib/router.svelte';

/** Every screen, one line each; the first is where the window opens. What has `nav` stands in the rail, in this order. */
export const routes: readonly Route[] = [
  route('/today', 'Today', () => import('./today/Today.svelte'), { nav: 'today', key: 't' }),
  route('/settings', 'Settings', () => import('./settings/Settings.svelte')),
];
