/**
 * The development page: the window, or a sheet of all components, over invented answers in memory. Served by `npm run dev`
 * under /dev/ and no part of a build. Query: `view=app|sheet`, `locked=1`, `first=1`, `theme=dark`.
 */
import { mount } from 'svelte';
import App from '$app/App.svelte';
import { routes } from '$features/index';
import { setHost } from '$lib/host';
import { FakeHost } from '$lib/host/fake';
import { preferences, type Theme } from '$lib/preferences.svelte';
import { router } from '$lib/router.svelte';
import '$lib/styles/base.css';
import { answers } from './answers';
import Sheet from './Sheet.svelte';

const wanted = new URLSearchParams(location.search);
setHost(new FakeHost(answers({ locked: wanted.has('locked'), first: wanted.has('first') })));
router.routes = routes;
preferences.theme = (wanted.get('theme') ?? 'system') as Theme;
const target = document.getElementById('app');
if (target) mount(wanted.get('view') === 'sheet' ? Sheet : App, { target });
