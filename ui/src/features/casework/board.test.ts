import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers } from '$dev/answers';
import { expectAccessible } from '$dev/testing';
import type { BoardRow, CaseItemGroup, CaseItemView } from '$lib/contract/bindings';
import { setHost } from '$lib/host';
import { FakeHost } from '$lib/host/fake';
import { forget } from '$lib/host/query.svelte';
import { router } from '$lib/router.svelte';
import { routes } from '../index';
import Board from './Board.svelte';

const row = (ref: string, name: string, more: Partial<BoardRow> = {}): BoardRow => ({ ref, name, country: 'DE', cip: '2026.1', cip_since: '2026-03-01', attestation: 'received', changed: false, unverified: null, ...more });
const board = [row('RS-0001', 'Zebra'), row('RS-0002', 'Yak', { changed: true }), row('RS-0003', 'Asp', { attestation: 'missing', unverified: '3 of 40 customers' }), row('RS-0004', 'Bee', { cip: null, cip_since: null })];
const part = (row: BoardRow): CaseItemView => ({
  id: `I-${row.ref}`,
  label: row.name,
  subject: row.ref,
  state: row.attestation,
  state_label: row.attestation,
  done: row.attestation !== 'missing',
  answers: row.attestation === 'received' ? [{ label: 'Who signed it', values: ['A director'], documents: [] }] : [],
  made_of: [],
  on: row.attestation === 'received' ? '2026-05-02' : null,
  moves:
    row.attestation === 'missing'
      ? [{ to: 'explained', event: false, ends: false, label: 'Explain why it is missing', allowed: true, blocked_by: [], role: 'compliance_officer', role_label: 'Compliance officer', anyone: false, words: 'why', asks: [], asks_when: false, approval: false, effects: [], duties: ['D-73'] }]
      : [],
  transmittal: false,
  chase: null,
});
const group: CaseItemGroup = { kind: 'reseller', title: 'Attestation of a reseller', titles: 'Attestations of resellers', done: 3, rows: board.map(part), add: null };
const names = () => screen.getAllByRole('row').slice(1).map((line) => within(line).getAllByRole('link')[0]?.textContent);

let fake: FakeHost;
beforeEach(() => {
  forget();
  fake = new FakeHost({ ...answers({ locked: false, first: false }), case_item_advance: () => ({}) as never });
  setHost(fake);
  router.routes = routes;
});

describe('the board of resellers', () => {
  it('shows first whom somebody has to write to, and the rest by name', async () => {
    render(Board, { ref: 'CRT-2026-0001', board, group });
    expect(names()).toEqual(['Asp', 'Bee', 'Yak', 'Zebra']);
    await expectAccessible();
  });
  it('counts each lack, and shows those alone that have it', async () => {
    render(Board, { ref: 'CRT-2026-0001', board, group });
    await userEvent.click(screen.getByRole('button', { name: 'No CIP in force 1' }));
    expect(names()).toEqual(['Bee']);
    await userEvent.click(screen.getByRole('button', { name: 'All 4' }));
    expect(names().length).toBe(4);
  });
  it('takes the step of an attestation where the reseller stands', async () => {
    render(Board, { ref: 'CRT-2026-0001', board, group });
    await userEvent.click(screen.getByRole('button', { name: 'Explain why it is missing…' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getAllByRole('textbox')[0]!, 'It closed in June');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Record it' }));
    await waitFor(() => expect(fake.requests('case_item_advance')).toMatchObject([{ ref: 'CRT-2026-0001', item: 'I-RS-0003', to: 'explained', note: 'It closed in June' }]));
  });
  it('is whole before the counts are frozen, when nobody is asked yet', () => {
    render(Board, { ref: 'CRT-2026-0001', board: [row('RS-0001', 'Zebra', { attestation: '' })], group: undefined });
    expect(screen.getByText('Asked once frozen')).toBeTruthy();
    expect(screen.queryByRole('group'), 'one reseller needs no filter').toBeNull();
  });
});
