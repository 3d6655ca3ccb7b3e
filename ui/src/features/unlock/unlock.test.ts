import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AppState } from '$lib/contract/bindings';
import { answers } from '$dev/answers';
import { expectAccessible } from '$dev/testing';
import { session } from '$app/session.svelte';
import { setHost } from '$lib/host';
import { failure, FakeHost } from '$lib/host/fake';
import Welcome from './Welcome.svelte';

let fake: FakeHost;
const DIGEST = { overdue: 0, due_today: 0, next_3: 0, to_approve: 0, backup_age_days: null, failed_attempts: 0, updated: null };

async function draw(first: boolean): Promise<AppState> {
  fake = new FakeHost({ ...answers({ locked: true, first }), vault_unlock: () => DIGEST });
  setHost(fake);
  const app = await fake.call('app_state', {});
  render(Welcome, { app });
  return app;
}

beforeEach(() => {
  session.phase = 'locked';
});

describe('unlocking', () => {
  it('asks for the passphrase of the vault that was open last, and forgets it', async () => {
    await draw(false);
    expect(screen.getByRole('heading', { name: 'Northwind Compute' })).toBeTruthy();
    const box = screen.getByLabelText('Passphrase') as HTMLInputElement;
    expect([document.activeElement, box.type]).toEqual([box, 'password']);
    await expectAccessible();
    await userEvent.type(box, 'six words of some kind{Enter}');
    await waitFor(() => expect(session.phase).toBe('open'));
    expect(fake.requests('vault_unlock')).toEqual([{ vault: 'v1', label: null, passphrase: 'six words of some kind', reading: false }]);
    expect(box.value).toBe('');
  });
  it('says what was wrong and lets nobody try before the pause is over', async () => {
    await draw(false);
    fake.answer({
      vault_unlock: () => {
        throw failure('V-02', 'The passphrase is wrong.', { class: 'locked', retry_after_ms: 4000 });
      },
    });
    await userEvent.type(screen.getByLabelText('Passphrase'), 'wrong{Enter}');
    expect((await screen.findByRole('alert')).textContent).toContain('V-02');
    await userEvent.type(screen.getByLabelText('Passphrase'), 'again{Enter}');
    expect(fake.requests('vault_unlock'), 'one try in the pause').toHaveLength(1);
    expect(screen.getByRole('button', { name: /^Wait/ })).toBeTruthy();
  });
  it('of an older vault shows how far its copy is, and can be stopped before anything is updated', async () => {
    await draw(false);
    fake.answer({
      vault_unlock: (_, { report, signal }) =>
        new Promise((_done, fail) => {
          report({ phase: 'Comparing the copy with the vault', done: 2000, total: 8000, unit: 'rows' });
          signal.addEventListener('abort', () => fail(failure('E-JOB-CANCELLED', 'Stopped. Nothing was changed.', { class: 'cancelled' })));
        }),
    });
    await userEvent.type(screen.getByLabelText('Passphrase'), 'six words of some kind{Enter}');
    const bar = await screen.findByRole('progressbar', { name: 'Comparing the copy with the vault' });
    expect([bar.getAttribute('aria-valuenow'), bar.getAttribute('aria-valuetext')]).toEqual(['25', '2,000 of 8,000 rows']);
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('progressbar')).toBeNull());
    expect([session.phase, screen.queryByRole('alert')], 'whoever stopped it knows').toEqual(['locked', null]);
  });
  it('of a vault with several members asks which one', async () => {
    await draw(false);
    await userEvent.click(screen.getByRole('button', { name: /Drill 2026/ }));
    expect((await screen.findByRole('combobox', { name: 'Who' })).textContent).toContain('staff-1');
    await userEvent.type(screen.getByLabelText('Passphrase'), 'x{Enter}');
    await waitFor(() => expect(fake.requests('vault_unlock')).toEqual([{ vault: 'v2', label: 'staff-1', passphrase: 'x', reading: false }]));
  });
  it('warns of Caps Lock', async () => {
    await draw(false);
    const box = screen.getByLabelText('Passphrase');
    const key = new KeyboardEvent('keydown', { key: 'A', bubbles: true });
    Object.defineProperty(key, 'getModifierState', { value: () => true });
    box.dispatchEvent(key);
    await screen.findByText('Caps Lock is on.');
  });
});

describe('the first start', () => {
  it('offers a vault, another vault, or the demo', async () => {
    await draw(true);
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: /Open the demo/ }));
    await waitFor(() => expect(session.phase).toBe('open'));
  });
  it('leads from the organization to the first unlock, and drops the sheet at the end', async () => {
    await draw(true);
    await userEvent.click(screen.getByRole('button', { name: /Create a vault/ }));
    await userEvent.click(screen.getByRole('button', { name: 'Continue' }));
    expect(screen.getByText(/Write the legal name/), 'nothing was filled in').toBeTruthy();
    await userEvent.type(screen.getByLabelText('Organization'), 'Northwind');
    await userEvent.type(screen.getByLabelText('Your name'), 'Dana');
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Continue' }));

    const box = (await screen.findByDisplayValue('harbor-violin-tundra-mosaic-kettle-frost')) as HTMLInputElement;
    await screen.findByText('Strong.');
    const create = screen.getByRole('button', { name: /create…/ });
    await userEvent.click(create);
    expect(fake.requests('vault_create'), 'the passphrase was not typed a second time').toEqual([]);
    await userEvent.type(screen.getByLabelText('Repeat the passphrase'), box.value);
    await expectAccessible();
    await userEvent.click(create);

    await screen.findByRole('heading', { name: 'Keep the recovery sheet' });
    expect(fake.requests('vault_create')).toEqual([{ org: 'Northwind', role: 'provider', zone: 'America/New_York', staff: 'Dana', passphrase: box.value }]);
    await userEvent.type(screen.getByLabelText('Group 3 of 7'), 'WRONG');
    expect(screen.getByText('This is not what the sheet says.')).toBeTruthy();
    await userEvent.clear(screen.getByLabelText('Group 3 of 7'));
    await userEvent.type(screen.getByLabelText('Group 3 of 7'), 'yqszq');
    await userEvent.type(screen.getByLabelText('Group 7 of 7'), 'QGP QY');
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Continue' }));

    await userEvent.type(screen.getByLabelText('Passphrase'), 'from memory{Enter}');
    await waitFor(() => expect(session.phase).toBe('open'));
    expect(fake.requests('vault_unlock')).toEqual([{ vault: 'v1', label: null, passphrase: 'from memory', reading: false }]);
    expect(fake.requests('recovery_sheet_forget')).toHaveLength(1);
  });
});

describe('restoring a backup', () => {
  it('shows what it is, checks it, and leads to unlocking what was restored', async () => {
    await draw(true);
    await userEvent.click(screen.getByRole('button', { name: /Restore a backup/ }));
    await userEvent.click(await screen.findByRole('button', { name: 'Choose the backup…' }));
    await screen.findByText('4F2A-91BC-07DE');
    await expectAccessible();
    await userEvent.type(screen.getByLabelText('Passphrase of that day'), 'of that day');
    await userEvent.click(screen.getByRole('button', { name: 'Check and restore…' }));
    await screen.findByText(/is not in it/);
    await expectAccessible();
    expect(fake.requests('backup_restore')).toEqual([{ backup: 'b1', label: null, passphrase: 'of that day', damaged: false }]);
    await userEvent.click(screen.getByRole('button', { name: 'Unlock it' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await screen.findByText('/vaults/Restored.cipdesk');
  });
  it('restores what does not hold only when it was asked for again', async () => {
    await draw(false);
    fake.answer({
      backup_restore: ({ damaged }) => {
        if (damaged) return null;
        throw failure('E-RESTORE-DAMAGED', 'Nothing was restored: 1 thing does not hold in this backup.', { class: 'damaged' });
      },
    });
    await userEvent.click(screen.getByRole('button', { name: /Restore a backup/ }));
    await userEvent.click(await screen.findByRole('button', { name: 'Choose the backup…' }));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.type(await dialog.findByLabelText('Passphrase of that day'), 'of that day{Enter}');
    await dialog.findByText(/1 thing does not hold/);
    await userEvent.click(dialog.getByRole('button', { name: 'Restore it as it is…' }));
    await waitFor(() => expect(fake.requests('backup_restore').map((asked) => asked.damaged)).toEqual([false, true]));
  });
});

describe('importing a full export', () => {
  it('shows what it holds, asks for a new passphrase and a kept sheet, and leads to unlocking', async () => {
    await draw(true);
    await userEvent.click(screen.getByRole('button', { name: /Import a full export/ }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Import a full export' }));
    const go = dialog.getByRole('button', { name: 'Check and import…' });
    await userEvent.click(go);
    expect(fake.requests('vault_import'), 'nothing was chosen').toEqual([]);
    await userEvent.click(dialog.getByRole('button', { name: 'Choose the export…' }));
    await dialog.findByText('1,180 entries, 212 documents');
    await expectAccessible();
    await userEvent.type(dialog.getByLabelText('Passphrase of the new vault'), 'harbor-violin-tundra-mosaic-kettle-frost');
    await dialog.findByText('Strong.');
    await userEvent.click(go);
    expect(fake.requests('vault_import'), 'the passphrase was not typed a second time').toEqual([]);
    await userEvent.type(dialog.getByLabelText('Repeat the passphrase'), 'harbor-violin-tundra-mosaic-kettle-frost{Enter}');

    await dialog.findByRole('heading', { name: 'Keep the recovery sheet' });
    expect(fake.requests('vault_import')).toEqual([{ export: 'x1', label: 'staff-1', passphrase: 'harbor-violin-tundra-mosaic-kettle-frost' }]);
    await expectAccessible();
    await userEvent.click(dialog.getByRole('button', { name: 'Unlock it' }));
    expect(screen.queryByRole('dialog'), 'the sheet was not kept').toBeTruthy();
    await userEvent.type(dialog.getByLabelText('Group 3 of 7'), 'yqszq');
    await userEvent.type(dialog.getByLabelText('Group 7 of 7'), 'qgpqy');
    await userEvent.click(dialog.getByRole('button', { name: 'Unlock it' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await screen.findByText('/vaults/Imported.cipdesk');
    expect(fake.requests('recovery_sheet_forget')).toHaveLength(1);
  });
  it('says what does not hold and makes nothing', async () => {
    await draw(false);
    fake.answer({ vault_import: () => Promise.reject(failure('E-WHOLE-DAMAGED', 'Nothing was made: the export does not hold at source/act.jsonl.', { class: 'damaged' })) });
    await userEvent.click(screen.getByRole('button', { name: /Import a full export/ }));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Choose the export…' }));
    await userEvent.type(await dialog.findByLabelText('Passphrase of the new vault'), 'harbor-violin-tundra-mosaic-kettle-frost');
    await userEvent.type(dialog.getByLabelText('Repeat the passphrase'), 'harbor-violin-tundra-mosaic-kettle-frost');
    await dialog.findByText('Strong.');
    await userEvent.click(dialog.getByRole('button', { name: 'Check and import…' }));
    await dialog.findByText(/does not hold at source\/act.jsonl/);
    await expectAccessible();
  });
});
