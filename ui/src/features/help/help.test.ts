import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers } from '$dev/answers';
import { PACK } from '$dev/records';
import { expectAccessible } from '$dev/testing';
import { setHost } from '$lib/host';
import { FakeHost } from '$lib/host/fake';
import { forget } from '$lib/host/query.svelte';
import { router } from '$lib/router.svelte';
import Help from './Help.svelte';

let fake: FakeHost;

beforeEach(() => {
  forget();
  fake = new FakeHost({
    ...answers({ locked: false, first: false }),
    guide: ({ screen }) => ({
      screen: screen ?? 'today',
      does: 'What is due.',
      packs: [{ note: { ...PACK, title: 'The rule', reviewed: false }, parts: [{ title: 'Clocks', demands: [{ id: 'CLK-CIP-REQ', label: 'Copy of a CIP', facts: [{ value: '10', label: 'days' }], text: 'Ten calendar days.', cite: '15 CFR 7.303 (proposed)', confidence: 'memory', verified: false }] }] }],
      screens: [
        { value: 'today', label: 'Today' },
        { value: 'cases', label: 'Cases' },
      ],
      week: [
        { place: 'people', title: 'Add a second member', why: 'Two people sign.', done: true },
        { place: 'import', title: 'Bring in the customers', why: 'A CSV.', done: false },
      ],
      terms: [{ word: 'Red flag', meaning: 'A sign of malicious use.', confidence: 'memory', verified: false }],
    }),
  });
  setHost(fake);
});

describe('the help', () => {
  it('says what the packs ask about a screen, how sure that is, and that it is not in force', async () => {
    router.go('#/help?screen=cases');
    render(Help);
    await screen.findByText('Ten calendar days.');
    expect(screen.getByText('from memory; not verified against the rule')).toBeTruthy();
    expect(screen.getByText(/Proposed in 2024, reported withdrawn; not in force\./)).toBeTruthy();
    expect(fake.requests('guide')).toEqual([{ screen: 'cases' }]);
    await expectAccessible();
  });
  it('knows what of the first week is done', async () => {
    router.go('#/help?tab=week');
    render(Help);
    await screen.findByRole('heading', { name: '1 of 2 steps done' });
    expect(screen.getByRole('link', { name: 'Bring in the customers' }).getAttribute('href')).toBe('#/import');
    await expectAccessible();
  });
  it('explains the words, each with how sure that is', async () => {
    router.go('#/help?tab=terms');
    render(Help);
    await screen.findByText('Red flag');
    await userEvent.type(screen.getByRole('textbox', { name: 'Search the glossary' }), 'zebra');
    await screen.findByText('No word fits “zebra”.');
    await expectAccessible();
  });
});
