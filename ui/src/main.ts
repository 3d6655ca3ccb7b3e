import { mount } from 'svelte';
import App from '$app/App.svelte';
import { routes } from '$features/index';
import { setHost, type Host } from '$lib/host';
import { TauriHost } from '$lib/host/tauri';
import { router } from '$lib/router.svelte';
import '$lib/styles/base.css';

async function chooseHost(): Promise<Host> {
  if ('__TAURI_INTERNALS__' in window) return new TauriHost();
  return new (await import('$lib/host/http')).HttpHost();
}

setHost(await chooseHost());
router.routes = routes;
const target = document.getElementById('app');
if (target) mount(App, { target });
