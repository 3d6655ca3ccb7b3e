import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers } from '$dev/answers';
import { expectAccessible } from '$dev/testing';
import type { BundleReport, KnownKeyRow, ReceivedRow } from '$lib/contract/bindings';
import { setHost } from '$lib/host';
import { failure, FakeHost } from '$lib/host/fake';
import { forget } from '$lib/host/query.svelte';
import { router } from '$lib/router.svelte';
import { routes } from '../index';
import Bundles from './Bundles.svelte';

const report: BundleReport = {
  valid: true,
  signer: { name: 'staff-1.7f3a9c21@cipdesk', fingerprint: 'SHA256:abcdefgh', words: 'able about above absent absorb abstract absurd abuse', trusted: false, standing: 'unknown', label: null },
  filing: 'F7-2026-0003',
  kind: 'F7',
  organisation: 'Lion City Cloud',
  dated: '2026-11-20',
  files: 7,
  bytes: 4096,
  problems: [],
  checks: ['Signed by staff-1.7f3a9c21@cipdesk.'],
  name: 'F7-2026-0003-7f3a9c21.bundle.zip',
  handle: 'h1',
  received: null,
};
const key: KnownKeyRow = { fingerprint: 'SHA256:abcdefgh', words: 'able about', principal: 'staff-1.7f3a9c21@cipdesk', label: 'Lion City Cloud', standing: 'seen', first_seen: '2026-11-24', seen_in: 'F7-2026-0003-7f3a9c21', said: null };
const row: ReceivedRow = { ref: 'RB-0001', into: 'RS-0001', name: 'F7-2026-0003-7f3a9c21', filing: 'F7-2026-0003', kind: 'F7', organisation: 'Lion City Cloud', dated: '2026-11-20', signer: 'Lion City Cloud', fingerprint: 'SHA256:abcdefgh', standing: 'unknown', standing_now: 'seen', why: 'To be compared', encrypted: true, files: 7, bytes: 4096, sha256: '00', document: 'd1', on: '2026-11-24', by: 'Ana Lima', again: false };

let fake: FakeHost;
beforeEach(() => {
  forget();
  fake = new FakeHost({
    ...answers({ locked: false, first: false }),
    bundle_list: () => [row],
    signer_list: () => ({ keys: [key], own: [{ member: 'Ana Lima', member_label: 'staff-1', fingerprint: 'SHA256:own', words: 'own', kind: 'approval', on: null, former: false, releasable: false }], agent: [] }),
    bundle_verify: () => report,
  });
  setHost(fake);
  router.routes = routes;
});

describe('bundles of others', () => {
  it('are imported only with a reason where nobody compared the key', async () => {
    fake.answer({ bundle_receive: () => row });
    render(Bundles);
    await userEvent.click(await screen.findByRole('button', { name: 'Verify a bundle…' }));
    await screen.findByText(/whose key it is, only a comparison tells/);
    expect(screen.getByText(report.signer?.words ?? '')).toBeTruthy();
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Import it into a record…' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Into/ }), 'RS-0001');
    expect(within(dialog).getByRole('button', { name: 'Import it' }).getAttribute('aria-disabled')).toBe('true');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Why/ }), 'Their letter is on its way');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Import it' }));
    await waitFor(() => expect(fake.requests('bundle_receive')).toEqual([{ handle: 'h1', into: 'RS-0001', why: 'Their letter is on its way' }]));
  });
  it('that do not hold say where, and cannot be imported', async () => {
    fake.answer({ bundle_verify: () => ({ ...report, valid: false, handle: null, problems: [{ code: 'B-22', path: 'data/filing.pdf', message: 'data/filing.pdf was changed after signing.' }] }) });
    render(Bundles);
    await userEvent.click(await screen.findByRole('button', { name: 'Verify an encrypted bundle…' }));
    await screen.findByText('This bundle does NOT hold');
    expect(fake.requests('bundle_verify')).toEqual([{ encrypted: true }]);
    expect(screen.queryByRole('button', { name: /Take it into/ })).toBeNull();
  });
});

describe('the address book of keys', () => {
  it('trusts a key only with how it was compared', async () => {
    fake.answer({ signer_save: () => Promise.reject(failure('E-SIGNER-HOW', 'Write how.')) });
    render(Bundles);
    await userEvent.click(await screen.findByRole('tab', { name: /Keys of others/ }));
    await userEvent.click(await screen.findByRole('button', { name: 'Trust…' }));
    const dialog = await screen.findByRole('dialog');
    const trust = within(dialog).getByRole('button', { name: 'I compared it: trust' });
    expect(trust.getAttribute('aria-disabled')).toBe('true');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /How it was compared/ }), 'By telephone');
    await userEvent.click(trust);
    await waitFor(() => expect(fake.requests('signer_save')).toEqual([{ key: 'SHA256:abcdefgh', label: 'Lion City Cloud', principal: null, act: 'trust', how: 'By telephone' }]));
    await within(dialog).findByText('Write how.');
    await expectAccessible();
  });
});
