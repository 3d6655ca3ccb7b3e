import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';
import { answers } from '$dev/answers';
import { expectAccessible } from '$dev/testing';
import type { TimelineItem } from '$lib/contract/bindings';
import { setHost } from '$lib/host';
import { FakeHost } from '$lib/host/fake';
import { forget } from '$lib/host/query.svelte';
import { router } from '$lib/router.svelte';
import { routes } from '../index';
import Audit from './Audit.svelte';

const entry = (seq: number): TimelineItem => ({ seq, group: 'edits', kind: 'customer.changed', subject: 'C-000012', title: 'Address changed', lines: [{ label: 'Street address', before: '1 Old Lane', after: '2 New Street' }], occurred_on: '2026-11-20', recorded_at: '2026-11-23T10:00:00Z', late_note: 'recorded 3 days after', by: 'Ana Lima', reason: 'Letter of 20 November' });

let fake: FakeHost;
beforeEach(() => {
  forget();
  fake = new FakeHost({ ...answers({ locked: false, first: false }), timeline: ({ offset }) => ({ total: 240, items: [entry(240 - offset)] }) });
  setHost(fake);
  router.routes = routes;
  router.go('#/audit');
});

it('says of each entry its place, its record, what changed, why and by whom, and tells received and recorded apart', async () => {
  render(Audit);
  const row = (await screen.findByText('240', { selector: 'td' })).closest('tr') as HTMLElement;
  for (const words of ['happened Fri 2026-11-20', '1 Old Lane', '2 New Street', 'Letter of 20 November', 'Ana Lima']) expect(within(row).getByText(words)).toBeTruthy();
  expect(within(row).getByRole('link', { name: 'C-000012' }).getAttribute('href')).toBe('#/customers/C-000012');
  await expectAccessible();
});

it('goes back to the first entry, page by page, and begins anew with another question', async () => {
  render(Audit);
  await userEvent.click(await screen.findByRole('button', { name: 'Older' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Older' }));
  await screen.findByText('40', { selector: 'td' });
  expect(screen.getByRole('button', { name: 'Older' }).getAttribute('aria-disabled'), 'the journal ends here').toBe('true');
  await userEvent.type(screen.getByRole('textbox', { name: 'Search the journal' }), 'address{Enter}');
  await screen.findByText('240', { selector: 'td' });
  expect(fake.requests('timeline').at(-1)).toMatchObject({ search: 'address', offset: 0 });
});
