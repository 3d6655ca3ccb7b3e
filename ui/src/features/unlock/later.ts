/** What the first screen opens only when it is asked to: loaded once the screen is drawn, so that its words stand sooner. */
export { default as CreateVault } from './CreateVault.svelte';
export { default as ImportExport } from './ImportExport.svelte';
export { default as Recover } from './Recover.svelte';
export { default as Restore } from './Restore.svelte';
export { default as Verdict } from '../bundles/Verdict.svelte';
export { default as Select } from '$lib/components/Select.svelte';
