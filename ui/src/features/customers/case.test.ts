import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers } from '$dev/answers';
import * as made from '$dev/records';
import { expectAccessible } from '$dev/testing';
import { setHost } from '$lib/host';
import { FakeHost } from '$lib/host/fake';
import { forget } from '$lib/host/query.svelte';
import { router } from '$lib/router.svelte';
import type { CustomerView, OpenItem } from '$lib/contract/bindings';
import { routes } from '../index';
import HouseRules from '../settings/HouseRules.svelte';
import Customer from './Customer.svelte';

let fake: FakeHost;

beforeEach(() => {
  forget();
  fake = new FakeHost({ ...answers({ locked: false, first: false }), timeline: () => ({ total: 0, items: [] }), duplicates: () => ({ candidates: [], more: false }) as never, radar: () => ({ hits: [] }) as never });
  setHost(fake);
  router.routes = routes;
});

const close = { to: 'closed_account', label: 'Close: the customer left', allowed: true, blocked_by: [], approval: false, who: 'analyst', asks: 'that the customer left: how and when', proposed: null, asks_review: false, ends: true, duties: ['D-38'] };
const item = (kind: string, at: string, what: string, tab: string | null, must = false): OpenItem => ({ kind, kind_label: kind, at, what, tab, must });

function show(more: Partial<CustomerView>, tab = 'case') {
  fake.answer({ customer_show: () => ({ ...structuredClone(made.customer), moves: [close], ...more }) });
  router.go(`#/customers/C-000001?tab=${tab}`);
  return render(Customer, { params: { ref: 'C-000001' } });
}

describe('the closing of a case', () => {
  it('lists what is open, each with the place where it is settled, and closes over it with a reason alone', async () => {
    fake.answer({ customer_advance: () => structuredClone(made.customer) });
    show({ open: [item('discrepancy', 'D-1', 'Date of birth', 'case'), item('case', 'INC-2026-0001', 'Scanning', null), item('document', 'abc', 'passport.pdf', null)] }, 'overview');
    await userEvent.click(await screen.findByRole('button', { name: 'Close: the customer left' }));
    const dialog = await screen.findByRole('dialog', { name: 'Close: the customer left' });
    const address = (name: string) => within(dialog).getByRole('link', { name }).getAttribute('href');
    expect([address('Date of birth'), address('Scanning'), address('passport.pdf')]).toEqual(['#/customers/C-000001?tab=decisions', '#/cases/INC-2026-0001', '#/documents/abc/review']);
    const button = within(dialog).getByRole('button', { name: /Close: the customer left/ });
    expect(button.getAttribute('aria-disabled'), 'nothing closes over it in silence').toBe('true');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Close anyway/ }), 'They are gone');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /That the customer left/ }), 'By mail');
    await expectAccessible();
    await userEvent.click(button);
    await waitFor(() => expect(fake.requests('customer_advance').at(-1)).toMatchObject({ to: 'closed_account', leave_open: 'They are gone', reason: 'By mail' }));
  });

  it('offers no reason where an account can still be used', async () => {
    show({ open: [item('account', 'A-1', 'Account acct-1 is restricted', 'accounts', true)], moves: [{ ...close, allowed: false, blocked_by: ['These accounts are still open: acct-1.'] }] }, 'overview');
    await userEvent.click(await screen.findByRole('button', { name: 'Close: the customer left' }));
    const dialog = await screen.findByRole('dialog', { name: 'Close: the customer left' });
    expect(within(dialog).queryByRole('textbox', { name: /Close anyway/ })).toBeNull();
    expect(within(dialog).getByRole('button', { name: /Close: the customer left/ }).getAttribute('aria-disabled')).toBe('true');
  });
});

describe('the case', () => {
  it('shows what each item of the checklist rests on, what is late, and which steps nobody took', async () => {
    show({
      due: [{ what: 'decide', label: 'Decide the case', on: '2026-11-22', standing: '2 days late', overdue: true }],
      checklist: [
        {
          title: 'Jürgen Müller',
          done: 1,
          asked: 2,
          items: [
            { label: 'By documents', state: 'done', duty: 'D-26', evidence: [{ place: 'document', at: 'abc', words: 'Passport, accepted' }] },
            { label: 'The last attempt is a match', state: 'failed', duty: 'D-25', evidence: [] },
          ],
        },
      ],
      path: [{ label: 'To be verified again', on: '2026-11-20', note: 'Country changed from Germany to France', trigger: 'Address changed', automatic: true, left_open: null, target: 'Target of 2026-11-12 met', made_of: null }],
    });
    expect((await screen.findByRole('link', { name: 'Passport, accepted' })).getAttribute('href')).toBe('#/documents/abc');
    for (const words of ['automatic', 'Address changed', 'Target of 2026-11-12 met']) expect(screen.getByText(words)).toBeTruthy();
    expect(screen.getByText('Decide the case: 2 days late'), 'it is seen from every part of the record').toBeTruthy();
    expect(screen.getByRole('meter', { name: 'Checklist' }).getAttribute('aria-valuetext')).toBe('1 of 2 done');
    await expectAccessible();
  });

  it('records a red flag, and says beforehand that a settled case opens', async () => {
    fake.answer({ red_flag_save: () => structuredClone(made.customer) });
    show({ row: { ...made.customer.row, status: 'monitoring' } }, 'decisions');
    await userEvent.click(await screen.findByRole('button', { name: 'Record a red flag' }));
    const dialog = await screen.findByRole('dialog', { name: 'Record a red flag' });
    expect(within(dialog).getByText(/opens for verification again/)).toBeTruthy();
    await userEvent.type(within(dialog).getByRole('textbox', { name: /What was seen/ }), 'Scanning');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Where, or who said so/ }), 'Abuse desk');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Record' }));
    await waitFor(() => expect(fake.requests('red_flag_save').at(-1)).toMatchObject({ id: null, flag: null, what: 'Scanning', source: 'Abuse desk', outcome: null }));
  });
});

describe('the head of the record', () => {
  const ask = { to: 'triage', label: 'Open', asks: [] };
  const kinds = [
    { kind: 'incident', label: 'Malicious activity', openings: [ask], states: [] },
    { kind: 'certification', label: 'Annual certification', openings: [ask], states: [] },
  ];

  it('prints the customer file', async () => {
    fake.answer({ customer_print: () => ({ name: 'C-000001.pdf', bytes: 9 }) as never });
    show({}, 'overview');
    await userEvent.click(await screen.findByRole('button', { name: 'Print…' }));
    await waitFor(() => expect(fake.requests('customer_print').at(-1)).toEqual({ ref: 'C-000001' }));
  });

  it('starts a case that can be about a customer, with the customer filled in', async () => {
    fake.answer({ case_kinds: () => kinds as never, case_preview: () => [], reseller_list: () => ({ rows: [] }) as never, case_open: () => ({ case: 'INC-2026-0001', clock: '', due: '' }) as never });
    show({}, 'overview');
    // A menu has no place in a page without layout, so that its items are found by their words.
    const user = userEvent.setup({ pointerEventsCheck: 0 });
    await user.click(await screen.findByRole('button', { name: 'Start case' }));
    const incident = await screen.findByText('Malicious activity…');
    expect(screen.queryByText('Annual certification…'), 'it is about the whole program').toBeNull();
    await user.click(incident);
    const dialog = await screen.findByRole('dialog', { name: 'Open a case' });
    await user.type(await within(dialog).findByRole('textbox', { name: /What it is about/ }), 'Scanning');
    await expectAccessible();
    await user.click(within(dialog).getByRole('button', { name: 'Open the case' }));
    await waitFor(() => expect(fake.requests('case_open').at(-1)).toMatchObject({ kind: 'incident', subjects: ['C-000001'], text: 'Scanning' }));
  });
});

describe('what stands beside the record', () => {
  const done = { label: 'By documents', state: 'done', duty: 'D-26', evidence: [] };
  const checklist = [{ title: 'Jürgen Müller', done: 1, asked: 2, items: [done, { ...done, label: 'The last attempt is a match', state: 'failed' }] }];
  const nothing = 'Nothing is open in this record.';

  it('never says that nothing is open while a check, a flag or a complaint is', async () => {
    show({ completeness: { required: 2, present: 2, gaps: [] }, checklist, open: [item('red_flag', 'F-1', 'Scanning', 'case')] }, 'overview');
    const beside = await screen.findByRole('complementary', { name: 'Beside the record' });
    expect(within(beside).getByRole('link', { name: '1 of 2 checks is open' }).getAttribute('href')).toBe('#/customers/C-000001?tab=case');
    expect(within(beside).getByRole('link', { name: 'Scanning' }).getAttribute('href')).toBe('#/customers/C-000001?tab=decisions');
    expect(within(beside).queryByText(nothing)).toBeNull();
  });

  it('says so where nothing is, though an account is in use', async () => {
    show({ completeness: { required: 2, present: 2, gaps: [] }, open: [item('account', 'A-1', 'Account acct-1 is active', 'accounts', true)] }, 'overview');
    expect(await screen.findByText(nothing)).toBeTruthy();
  });
});

describe('the rules of the house', () => {
  it('can let silent cases wait for ever, and ask why', async () => {
    fake.answer({
      house_rules: () => ({ abandon_after_days: 90, decide_within_days: 10, verify_again_within_days: 30, attempts: 1, reverify_by_itself: false, expired_by_itself: true }),
      house_rules_save: (asked) => asked,
    });
    render(HouseRules);
    await screen.findByText('Automatically, 90 days after the last entry about it');
    await userEvent.click(screen.getByRole('button', { name: 'Change…' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(within(dialog).getByRole('checkbox', { name: /Abandon silent cases/ }));
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Reason/ }), 'Agreed');
    await expectAccessible();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Change' }));
    await waitFor(() => expect(fake.requests('house_rules_save').at(-1)).toMatchObject({ abandon_after_days: null, decide_within_days: 10, reason: 'Agreed' }));
  });
});
