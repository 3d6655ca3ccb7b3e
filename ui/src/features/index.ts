import { route, type Route } from '$lib/router.svelte';

/** Every screen, one line each; the first is where the window opens. What has `nav` stands in the rail, in this order. */
export const routes: readonly Route[] = [
  route('/today', 'Today', () => import('./today/Today.svelte'), { nav: 'today', key: 't' }),
  route('/calendar', 'Calendar', () => import('./calendar/Calendar.svelte'), { nav: 'calendar', key: 'd' }),
  route('/customers', 'Customers', () => import('./customers/Customers.svelte'), { nav: 'customers', key: 'c' }),
  route('/customers/:ref', 'Customer', () => import('./customers/Customer.svelte'), { refs: /^C-\d+$/ }),
  route('/review', 'Review', () => import('./review/Review.svelte'), { nav: 'fine', key: 'v' }),
  route('/likeness', 'Duplicates', () => import('./likeness/Likeness.svelte'), { nav: 'copy', key: 'p' }),
  route('/documents/:id', 'Document', () => import('./documents/Document.svelte')),
  route('/import', 'Import customers', () => import('./import/Import.svelte')),
  route('/resellers', 'Resellers', () => import('./resellers/Resellers.svelte'), { nav: 'resellers', key: 'r' }),
  route('/resellers/:ref', 'Reseller', () => import('./resellers/Reseller.svelte'), { refs: /^RS-\d+$/ }),
  route('/cases', 'Cases', () => import('./cases/Cases.svelte'), { nav: 'cases', key: 'k' }),
  route('/cases/:ref', 'Case', () => import('./cases/Case.svelte'), { refs: /^[A-Z]{3}-\d{4}-\d+$/ }),
  route('/clocks', 'Deadlines', () => import('./clocks/Clocks.svelte'), { nav: 'clock', key: 'l' }),
  route('/clocks/:ref', 'Why this date?', () => import('./clocks/ClockPage.svelte'), { refs: /^K-\d+$/ }),
  route('/filings', 'Filings', () => import('./filings/Filings.svelte'), { nav: 'filings', key: 'f' }),
  route('/filings/:ref', 'Filing', () => import('./filings/Filing.svelte'), { refs: /^F\d+-/ }),
  route('/rules', 'Rules', () => import('./rules/Rules.svelte'), { nav: 'rule', key: 'u' }),
  route('/access', 'Access log', () => import('./access/Access.svelte'), { nav: 'key', key: 'g' }),
  route('/retention', 'Retention', () => import('./retention/Retention.svelte'), { nav: 'trash', key: 'n', refs: /^(H|DSP)-/ }),
  route('/audit', 'Audit', () => import('./audit/Audit.svelte'), { nav: 'audit', key: 'a' }),
  route('/people', 'People and keys', () => import('./people/People.svelte'), { nav: 'person', key: 'p' }),
  route('/drill', 'Rehearsal', () => import('./drill/Drill.svelte')),
  route('/settings', 'Settings', () => import('./settings/Settings.svelte')),
];
