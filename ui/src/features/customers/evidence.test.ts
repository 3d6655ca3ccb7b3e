import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers } from '$dev/answers';
import * as made from '$dev/records';
import { expectAccessible } from '$dev/testing';
import { setHost } from '$lib/host';
import { FakeHost } from '$lib/host/fake';
import { forget } from '$lib/host/query.svelte';
import type { FieldRule } from '$lib/contract/bindings';
import Collected from '../settings/Collected.svelte';
import Masked from './Masked.svelte';
import PartHistory from './PartHistory.svelte';

let fake: FakeHost;
const rule: FieldRule = { field: 'date_of_birth', label: 'Date of birth', on: false, rule: { cite: '15 CFR 7.302 (proposed)', text: 'The minimum list does not ask for it.', confidence: 'seen', verified: true }, decided: null };

beforeEach(() => {
  forget();
  fake = new FakeHost({ ...answers({ locked: false, first: false }), customer_show: () => structuredClone(made.customer) });
  setHost(fake);
});

describe('what is collected beyond the rule', () => {
  it('is switched on with a reason, and without one it is not', async () => {
    fake.answer({ field_rules: () => [rule], field_switch: () => [{ ...rule, on: true }] });
    const { container } = render(Collected);
    await userEvent.click(await screen.findByRole('button', { name: 'Switch on: Date of birth' }));
    await expectAccessible(container);
    const button = await screen.findByRole('button', { name: 'Switch it on' });
    await userEvent.click(button);
    expect(fake.requests('field_switch')).toEqual([]);
    await userEvent.type(screen.getByRole('textbox', { name: /^Why/ }), 'Passports are compared by it');
    await userEvent.click(button);
    await waitFor(() => expect(fake.requests('field_switch')).toEqual([{ field: 'date_of_birth', on: true, reason: 'Passports are compared by it' }]));
  });
});

describe('a mask', () => {
  it('is shown for the value until somebody asks, and asking is a command', async () => {
    fake.answer({ value_reveal: () => ({ values: ['DE89370400440532013000'] }) });
    render(Masked, { customer: 'C-000001', field: 'payment:P-1', label: 'what identifies P-1', texts: ['••••3000'], masked: true });
    expect(screen.getByText('••••3000')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Show what identifies P-1; it is recorded that you looked' }));
    expect(await screen.findByText('DE89370400440532013000')).toBeTruthy();
    expect(fake.requests('value_reveal')).toEqual([{ customer: 'C-000001', field: 'payment:P-1', review: null, reason: null }]);
  });
});

describe('the history of a part', () => {
  it('lists every value with since when it holds, and says what came with a file', async () => {
    const past = (values: string[], imported: boolean, occurred_on: string) => ({ values, masked: false, source: imported ? 'import owners.csv' : 'Typed in a form', imported, proofs: [], by: 'Ana Lima', recorded_at: '2026-11-24T10:00:00Z', occurred_on, reason: null, entry: 4 });
    fake.answer({ part_history: () => [{ value: 'address', label: 'Address', past: [past(['1 Old Lane'], true, '2020-01-31'), past(['2 New Street'], false, '2026-11-24')] }] });
    render(PartHistory, { customer: 'C-000001', part: 'O-1', name: 'Ada Byron', onclose: () => undefined });
    expect(await screen.findByText('1 Old Lane')).toBeTruthy();
    expect(screen.getByText('imported')).toBeTruthy();
    expect(screen.getByText(/true since Fri 2020-01-31/)).toBeTruthy();
    expect(screen.getByText('now')).toBeTruthy();
  });
});

describe('what proves a value', () => {
  const past = { values: ['2 New Street'], masked: false, source: 'Typed in a form', imported: false, by: 'Ana Lima', recorded_at: '2026-11-24T10:00:00Z', occurred_on: '2026-11-24', reason: null, entry: 4 };
  const proof = { document: 'd1', name: 'letter.pdf', pin: { page: 2, x: 1, y: 2, w: 3, h: 4 }, by: 'Ana Lima', on: '2026-11-24', values: ['Address'], named: true };

  it('is chosen among the documents of the customer, for the value as it stands alone', async () => {
    fake.answer({ part_history: () => [{ value: 'address', label: 'Address', past: [{ ...past, values: ['1 Old Lane'], proofs: [{ ...proof, name: 'old.pdf' }] }, { ...past, proofs: [] }] }], value_prove: () => structuredClone(made.customer) });
    render(PartHistory, { customer: 'C-000001', part: 'O-1', name: 'Ada Byron', onclose: () => undefined });
    expect((await screen.findByRole('link', { name: /Shown by old\.pdf/ })).getAttribute('href')).toBe('#/documents/d1?box=2,1,2,3,4&label=Address');
    expect(screen.queryByRole('button', { name: /does not show/ })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Name the document that shows Address' }));
    await expectAccessible(document.body);
    (await screen.findByRole('combobox', { name: 'Document that shows Address' })).focus();
    await userEvent.keyboard('{Enter}');
    await screen.findByText('passport.png');
    await userEvent.keyboard('{ArrowDown}{Enter}');
    await userEvent.click(screen.getByRole('button', { name: 'Record' }));
    await waitFor(() => expect(fake.requests('value_prove')).toEqual([{ customer: 'C-000001', values: [{ of: 'O-1', value: 'address' }], document: made.customer.documents[0]?.id, holds: true }]));
  });

  it('is taken back where a person named it', async () => {
    fake.answer({ part_history: () => [{ value: 'address', label: 'Address', past: [{ ...past, proofs: [proof] }] }], value_prove: () => structuredClone(made.customer) });
    render(PartHistory, { customer: 'C-000001', part: 'O-1', name: 'Ada Byron', onclose: () => undefined });
    await userEvent.click(await screen.findByRole('button', { name: 'letter.pdf does not show Address' }));
    await waitFor(() => expect(fake.requests('value_prove')[0]).toMatchObject({ document: 'd1', holds: false }));
  });
});
