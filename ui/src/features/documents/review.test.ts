import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers } from '$dev/answers';
import * as made from '$dev/records';
import { expectAccessible } from '$dev/testing';
import { setHost } from '$lib/host';
import { FakeHost } from '$lib/host/fake';
import { forget } from '$lib/host/query.svelte';
import { handleKey } from '$lib/actions.svelte';
import { router } from '$lib/router.svelte';
import type { ReviewCompared } from '$lib/contract/bindings';
import Customer from '../customers/Customer.svelte';
import { routes } from '../index';
import ReviewDocument from './ReviewDocument.svelte';

let fake: FakeHost;
const compared: ReviewCompared = {
  marks: [
    { field: 'full_name', mark: 'similar', why: 'The same words in another order.', problem: null, notes: [], zone: null },
    { field: 'date_of_birth', mark: '', why: null, problem: null, notes: [], zone: null },
  ],
  mrz: { format: 'TD3', checks: [{ holds: false, says: 'The check digit of the document number is 6; by the characters it would be 5.' }], facts: [{ value: 'date_of_birth', label: '1974-08-12' }], name_cut: false },
  mrz_problem: null,
  proposed: [{ value: 'name_matches', label: 'yes' }],
  accept_blocked: [],
};

beforeEach(() => {
  forget();
  fake = new FakeHost({
    ...answers({ locked: false, first: false }),
    review_open: () => structuredClone(made.sheet),
    review_compare: () => compared,
    review_decide: () => structuredClone(made.sheet),
    draft_load: () => ({ body: null }),
    draft_save: () => ({}),
    draft_drop: () => ({}),
    document_show: () => made.sheet.document,
    customer_show: () => structuredClone(made.customer),
    timeline: () => ({ total: 0, items: [] }),
  });
  setHost(fake);
  router.routes = routes;
  router.go('#/documents/d1/review');
});

describe('a document under review', () => {
  it('shows the claim beside the field, the mark of what was typed, and what follows for the checklist', async () => {
    render(ReviewDocument, { params: { id: 'd1' } });
    await screen.findByText('The customer says: Jürgen Müller');
    await userEvent.type(screen.getByRole('textbox', { name: 'Name on the document' }), 'Müller Jürgen');
    await screen.findByText('similar: The same words in another order.');
    expect(screen.getByText(/by the characters it would be 5/)).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Fill empty fields from the MRZ' }));
    expect((screen.getByRole('textbox', { name: 'Date of birth' }) as HTMLInputElement).value).toBe('1974-08-12');
    await userEvent.click(screen.getByRole('button', { name: 'Use 1 suggestion' }));
    expect(screen.getAllByRole('radio', { name: 'Yes', checked: true })).toHaveLength(1);
    await expectAccessible();
  });
  it('links a box to the field that has the focus, and sends it with the decision', async () => {
    render(ReviewDocument, { params: { id: 'd1' } });
    const name = await screen.findByRole('textbox', { name: 'Name on the document' });
    await userEvent.type(name, 'Jürgen Müller');
    await userEvent.click(await screen.findByRole('button', { name: 'The whole page' }));
    await screen.findByRole('button', { name: 'On page 1' });
    await waitFor(() => expect(screen.getByRole('button', { name: /^Accept/ }).getAttribute('aria-disabled')).not.toBe('true'));
    await userEvent.click(screen.getByRole('button', { name: /^Accept/ }));
    await waitFor(() => expect(fake.requests('review_decide')).toHaveLength(1));
    expect(fake.requests('review_decide')[0]).toMatchObject({ document: 'd1', about: 'C-000001', decision: 'accept', facts: [{ field: 'full_name', value: 'Jürgen Müller', pin: { page: 1, x: 0, y: 0, w: 10_000, h: 10_000 }, take: false }] });
    expect(fake.requests('draft_drop')).toEqual([{ key: 'review:C-000001:d1:C-000001' }]);
  });
  it('asks again by a key, with a reason and the words for the customer', async () => {
    render(ReviewDocument, { params: { id: 'd1' } });
    await screen.findByText('The customer says: Jürgen Müller');
    await fireEvent(document.body, new KeyboardEvent('keydown', { key: '2', bubbles: true }));
    handleKey(new KeyboardEvent('keydown', { key: '2' }));
    await userEvent.click(await screen.findByRole('combobox', { name: /Why/ }));
    await userEvent.keyboard('{ArrowDown}{Enter}');
    expect((screen.getByRole('textbox', { name: /To the customer/ }) as HTMLTextAreaElement).value).toBe('Please send a sharper picture.');
    await userEvent.click(screen.getAllByRole('button', { name: 'Ask again' }).at(0) as HTMLElement);
    await waitFor(() => expect(fake.requests('review_decide')[0]).toMatchObject({ decision: 'ask_again', reason: 'not_legible', to_customer: 'Please send a sharper picture.' }));
  });
  it('says why it cannot be accepted', async () => {
    fake.answer({ review_compare: () => ({ ...compared, accept_blocked: ['Document number has not been read (D-26).'] }) });
    render(ReviewDocument, { params: { id: 'd1' } });
    await screen.findByText('The customer says: Jürgen Müller');
    await waitFor(() => expect(screen.getByRole('button', { name: /^Accept/ }).getAttribute('aria-disabled')).toBe('true'));
    await userEvent.click(screen.getByRole('button', { name: /^Accept/ }));
    expect(fake.requests('review_decide')).toHaveLength(0);
  });
});

describe("a customer's value", () => {
  it('that is masked is shown when asked, and says who said so, when, and on which page', async () => {
    const masked = structuredClone(made.customer);
    const field = masked.sections[0]?.fields[0];
    if (field) Object.assign(field, { id: 'date_of_birth', label: 'Date of birth', values: ['••••12'], masked: true, proofs: [{ document: 'd1', name: 'passport.png', pin: { page: 1, x: 1, y: 2, w: 3, h: 4 }, by: 'Ana Lima', on: '2026-11-24', values: ['Date of birth'], named: false }] });
    fake.answer({
      customer_show: () => masked,
      value_reveal: () => ({ values: ['1974-08-12'] }),
      field_history: () => [{ values: ['••••12'], masked: true, source: 'Read from a document', imported: false, proofs: [], by: 'Ana Lima', recorded_at: '2026-11-24T10:00:00Z', occurred_on: '2026-11-24', reason: null, entry: 4 }],
    });
    router.go('#/customers/C-000001?tab=identity');
    render(Customer, { params: { ref: 'C-000001' } });
    await screen.findByText('••••12');
    expect(screen.getByRole('link', { name: /Shown by passport/ }).getAttribute('href')).toBe('#/documents/d1?box=1,1,2,3,4&label=Date%20of%20birth');
    await userEvent.click(screen.getByRole('button', { name: 'Source of Date of birth' }));
    await screen.findByText(/Read from a document, Ana Lima/);
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: /Show Date of birth/ }));
    await screen.findByText('1974-08-12');
    expect(fake.requests('value_reveal')).toEqual([{ customer: 'C-000001', field: 'date_of_birth', review: null, reason: null }]);
  });
});
