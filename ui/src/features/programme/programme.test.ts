import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';
import { answers } from '$dev/answers';
import { expectAccessible } from '$dev/testing';
import type { ProgrammeView } from '$lib/contract/bindings';
import { setHost } from '$lib/host';
import { FakeHost } from '$lib/host/fake';
import { forget } from '$lib/host/query.svelte';
import { router } from '$lib/router.svelte';
import Programme from './Programme.svelte';

const view: ProgrammeView = {
  on: '2026-11-24',
  gaps: [],
  gate: null,
  certified_on: null,
  standing: null,
  employees: null,
  employees_as_of: null,
  products: [],
  cips: [],
  elements: [],
  assessments: [],
  heads: [{ id: 'size', label: 'Size', rule: { cite: '15 CFR 7.302', text: 'The size of the provider', confidence: 'seen', verified: false }, rating: null, text: '', made_of: null }],
  contacts: [],
  reliances: [],
  documents: [],
  roles: [{ value: 'provider', label: 'U.S. provider' }],
  forms: [{ value: 'vm', label: 'Virtual machines' }],
  opened: null,
};

let fake: FakeHost;
beforeEach(() => {
  forget();
  fake = new FakeHost({ ...answers({ locked: false, first: false }), programme: () => view, programme_contact: () => view });
  setHost(fake);
});

const FORMS = [
  ['scope', 'State our role…'],
  ['scope', 'State employees…'],
  ['scope', 'Add an offering…'],
  ['scope', 'Record reliance…'],
  ['cip', 'Record a version…'],
  ['risks', 'Record an assessment…'],
  ['contacts', 'Add a contact…'],
] as const;

it.each(FORMS)('on the tab %s opens its form: %s', async (tab, button) => {
  router.go(`#/programme?tab=${tab}`);
  render(Programme);
  await userEvent.click(await screen.findByRole('button', { name: button }));
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByRole('button', { name: 'Record it' })).toBeTruthy();
  expect(within(dialog).getAllByRole('textbox').length, 'there is something to fill in').toBeGreaterThan(0);
  await expectAccessible();
});

it('records what the form holds', async () => {
  router.go('#/programme?tab=contacts');
  render(Programme);
  await userEvent.click(await screen.findByRole('button', { name: 'Add a contact…' }));
  const dialog = await screen.findByRole('dialog');
  for (const [label, text] of [
    [/^Name/, 'Ana Lima'],
    [/^Title/, 'Chief Compliance Officer'],
    [/^E-mail/, 'ana@example.com'],
    [/^Telephone/, '+1 303 555 0100'],
  ] as const) {
    await userEvent.type(within(dialog).getByRole('textbox', { name: label }), text);
  }
  await userEvent.click(within(dialog).getByRole('checkbox', { name: 'Primary contact of the CIP' }));
  await userEvent.click(within(dialog).getByRole('button', { name: 'Record it' }));
  await waitFor(() => expect(fake.requests('programme_contact').at(-1)).toMatchObject({ ref: null, name: 'Ana Lima', email: 'ana@example.com', primary: true, signatory: false, to: null }));
});
