import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers } from '$dev/answers';
import { expectAccessible } from '$dev/testing';
import type { IntakeRow, IntakeView } from '$lib/contract/bindings';
import { setHost } from '$lib/host';
import { failure, FakeHost } from '$lib/host/fake';
import { forget } from '$lib/host/query.svelte';
import Intake from './Intake.svelte';

const row: IntakeRow = { ref: 'IN-0001', reseller: 'RS-0001', reseller_name: 'Lion City Cloud', standing: 'waiting', standing_label: 'Waiting for its key to be compared', on: '2026-11-15', by: 'Ana Lima', answered: '2026-11-22' };
const view: IntakeView = {
  row,
  packs: ['us-iaas-nprm-2024 1.0.0'],
  recipient: 'age1abc',
  refused: 0,
  withdrawn: null,
  answer: {
    answered_by: 'Mei Tan',
    dated: '2026-11-21',
    on: '2026-11-22',
    by: 'Ana Lima',
    fingerprint: 'SHA256:abcdefgh',
    key: 'Nobody has compared it with its owner yet.',
    sha256: '00ff',
    document: { value: 'd1', label: 'IN-0001-answer.bundle.zip' },
    lines: [{ label: 'Counts', now: '', then: '420 customers' }],
    elements: [{ id: 'name', label: 'Name', standing: 'met', page: '4' }],
    notes: ['Not everything was attested.'],
    verdict: null,
  },
};

let fake: FakeHost;
beforeEach(() => {
  forget();
  fake = new FakeHost({ ...answers({ locked: false, first: false }), intake_list: () => [row], intake_show: () => view });
  setHost(fake);
});

const review = async () => {
  render(Intake, { ref: 'RS-0001' });
  await userEvent.click(await screen.findByRole('button', { name: 'Review IN-0001…' }));
  const dialog = await screen.findByRole('dialog');
  await within(dialog).findByText('420 customers');
  return dialog;
};

describe('an answer by file', () => {
  it('enters the register only with the words that somebody was told, and with whom they spoke', async () => {
    fake.answer({ intake_confirm: () => ({ ...view, row: { ...row, standing: 'taken', standing_label: 'Entered in the register' } }) });
    const dialog = await review();
    await expectAccessible();
    const enter = () => within(dialog).getByRole('button', { name: /Enter it in the register/ });
    expect(enter().getAttribute('aria-disabled'), 'nothing was compared').toBe('true');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /eight words/ }), 'able about above');
    expect(enter().getAttribute('aria-disabled'), 'nobody is named').toBe('true');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /With whom/ }), 'Called Mei Tan');
    await userEvent.click(enter());
    await waitFor(() => expect(fake.requests('intake_confirm')).toEqual([{ ref: 'IN-0001', compared: 'able about above', how: 'Called Mei Tan' }]));
  });

  it('is refused with a reason, and what the desk says of it stays on the screen', async () => {
    fake.answer({
      intake_refuse: () => {
        throw failure('E-INTAKE-NOTHING', 'No answer to IN-0001 waits for a decision.');
      },
    });
    const dialog = await review();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Refuse it…' }));
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Why/ }), 'Other words');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Refuse the answer' }));
    await within(dialog).findByText(/No answer to IN-0001 waits/);
    expect(fake.requests('intake_refuse')).toEqual([{ ref: 'IN-0001', why: 'Other words' }]);
  });

  it('that was never asked for teaches the one next step', async () => {
    fake.answer({ intake_list: () => [], intake_request: () => ({ ref: 'IN-0001', name: 'IN-0001-cip-request.html' }) });
    render(Intake, { ref: 'RS-0001' });
    await screen.findByText('No questionnaire yet');
    await userEvent.click(screen.getByRole('button', { name: 'Save a questionnaire…' }));
    await waitFor(() => expect(fake.requests('intake_request')).toEqual([{ reseller: 'RS-0001' }]));
  });
});
