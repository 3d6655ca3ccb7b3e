import type { Action } from '$lib/actions.svelte';
import { host } from '$lib/host';
import type { IconName } from '$lib/icons/paths';
import { router } from '$lib/router.svelte';

/** What the palette shows of each kind of record. */
const SHOWN = 6;

type Found = { ref: string; title: string };

const listed = (group: string, icon: IconName, found: readonly Found[]): Action[] =>
  found.slice(0, SHOWN).map(({ ref, title }) => ({ id: `record.${ref}`, title: `${title} · ${ref}`, group, icon, run: () => router.go(router.linkTo(ref) ?? '#/today') }));

const folded = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Customers by name in any script, reference, or the words of the list. */
export const customers = async (text: string): Promise<readonly Action[]> =>
  listed('Customers', 'customers', (await host().call('customer_list', { query: text, sort: 'name', descending: false, offset: 0, limit: SHOWN, counts: false })).rows.map((row) => ({ ref: row.ref, title: row.name_original ? `${row.name}, ${row.name_original}` : row.name })));

export const resellers = async (text: string): Promise<readonly Action[]> =>
  listed(
    'Resellers',
    'resellers',
    (await host().call('reseller_list', {})).rows.filter((row) => folded(`${row.name} ${row.ref}`).includes(folded(text))).map((row) => ({ ref: row.ref, title: row.name })),
  );

export const cases = async (text: string): Promise<readonly Action[]> => listed('Cases', 'cases', (await host().call('case_list', { query: text })).rows.map((row) => ({ ref: row.ref, title: `${row.kind_label}: ${row.title}` })));

export const filings = async (text: string): Promise<readonly Action[]> => listed('Filings', 'filings', (await host().call('filing_list', { query: text })).rows.map((row) => ({ ref: row.ref, title: row.title })));
