import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answers } from '$dev/answers';
import { customer } from '$dev/records';
import { expectAccessible } from '$dev/testing';
import { routes } from '$features/index';
import { setHost } from '$lib/host';
import { failure, FakeHost } from '$lib/host/fake';
import { forget } from '$lib/host/query.svelte';
import { preferences } from '$lib/preferences.svelte';
import { router } from '$lib/router.svelte';
import App from './App.svelte';
import { session } from './session.svelte';

let fake: FakeHost;

beforeEach(() => {
  forget();
  fake = new FakeHost(answers({ locked: false, first: false }));
  setHost(fake);
  router.routes = routes;
  router.go('#/');
});
afterEach(() => vi.restoreAllMocks());

async function draw(): Promise<void> {
  render(App);
  await screen.findByText('2 days late', {}, { timeout: 5000 });
}

describe('the frame', () => {
  it('opens on Today, with the banner, the organization and the state of the vault', async () => {
    await draw();
    expect(screen.getAllByText('Proposed in 2024, reported withdrawn; not in force.').length).toBeGreaterThan(0);
    expect(screen.getByText('Northwind Compute, Inc.', { selector: '.org *' })).toBeTruthy();
    const status = screen.getByRole('contentinfo', { name: 'Status' }).textContent ?? '';
    expect(['Unlocked', 'Dana Whitfield', '1,842 entries', '7F3A-9C21-B04E', 'No network is used'].filter((part) => !status.includes(part))).toEqual([]);
    expect(screen.getByRole('link', { name: /Today/, current: 'page' })).toBeTruthy();
    await expectAccessible();
  });
  it('goes somewhere by palette and by keys, and gives the screen’s name the focus', async () => {
    await draw();
    await userEvent.keyboard('{Control>}k{/Control}');
    await userEvent.type(await screen.findByRole('combobox', { name: 'Search, or type a command' }), 'settings');
    await expectAccessible();
    await userEvent.keyboard('{Enter}');
    await screen.findByRole('heading', { level: 1, name: 'Settings' });
    await waitFor(() => expect(document.activeElement?.textContent).toBe('Settings'));
    expect(router.path).toBe('/settings');
    await expectAccessible();
    await userEvent.keyboard('gt');
    await screen.findByRole('heading', { level: 1, name: 'Today' });
  });
  it('finds a record by its words, and opens it', async () => {
    await draw();
    fake.answer({
      customer_list: ({ query }) => ({ total: 1, all: 1, rows: query === 'mull' ? [{ ...customer.row, ref: 'C-000001', name: 'Jürgen Müller' }] : [], by_status: [], by_country: [], by_risk: [] }),
      reseller_list: () => ({ rows: [] }),
      case_list: () => Promise.reject(failure('E-QUERY-WORD', 'No such word.')),
      filing_list: () => ({ rows: [] }),
    });
    await userEvent.keyboard('{Control>}k{/Control}');
    await userEvent.type(await screen.findByRole('combobox', { name: 'Search, or type a command' }), 'mull');
    await screen.findByRole('option', { name: /Jürgen Müller.*C-000001/ });
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(router.path).toBe('/customers/C-000001'));
  });
  it('greys what cannot be done and tells why', async () => {
    preferences.theme = 'system';
    await draw();
    await userEvent.keyboard('{Control>}k{/Control}');
    const option = await screen.findByRole('option', { name: /Colors as the system/ });
    expect([option.getAttribute('aria-disabled'), option.textContent?.includes('It is on')]).toEqual(['true', true]);
  });
  it('shows all keys on ?', async () => {
    await draw();
    await userEvent.keyboard('?');
    const sheet = await screen.findByRole('dialog', { name: 'Keyboard' });
    expect(sheet.textContent).toContain('Lock the vault');
  });
  it('names an address that leads nowhere', async () => {
    await draw();
    router.go('#/nowhere');
    await screen.findByText('There is no such screen');
  });
  it('forgets everything when it is locked, by hand or by Rust', async () => {
    const forgotten = vi.spyOn(session, 'forgetAll').mockImplementation(() => undefined);
    await draw();
    await userEvent.keyboard('{Control>}l{/Control}');
    await waitFor(() => expect(forgotten).toHaveBeenCalledTimes(1));
    expect(fake.requests('vault_lock')).toHaveLength(1);
    fake.emit('locked', {});
    expect(forgotten).toHaveBeenCalledTimes(2);
  });
  it('tells Rust that somebody is there, but not for every key', async () => {
    await draw();
    await userEvent.keyboard('abcdef');
    expect(fake.requests('activity').length).toBeLessThanOrEqual(1);
  });
});

describe('settings', () => {
  it('keep the minutes within their bounds', async () => {
    await draw();
    router.go('#/settings');
    const box = await screen.findByLabelText('Lock after minutes of inactivity');
    await userEvent.clear(box);
    await userEvent.type(box, '31{Enter}');
    expect(screen.getByText('Write a whole number from 1 to 30.', { selector: '.note span' })).toBeTruthy();
    expect(fake.requests('settings_save')).toEqual([]);
    await userEvent.clear(box);
    await userEvent.type(box, '10{Enter}');
    await waitFor(() => expect(fake.requests('settings_save')).toEqual([{ idle_minutes: 10, lock_minimised: false, theme: 'system', density: 'normal', paper: 'letter', keep_backups: 0, hidden_columns: [] }]));
  });
  it('keep which columns a list shows', async () => {
    await draw();
    router.go('#/customers');
    const head = (name: string) => [...document.querySelectorAll('[role=columnheader]')].some((one) => one.textContent?.trim() === name);
    await waitFor(() => expect(head('Country')).toBe(true));
    await userEvent.click(screen.getByRole('button', { name: 'Columns' }));
    // By its label: jsdom lays nothing out, and what is not placed yet has no role.
    const box = await screen.findByLabelText('Country', { selector: 'input[type=checkbox]' });
    await userEvent.click(box);
    await waitFor(() => expect(head('Country')).toBe(false));
    expect(screen.queryByLabelText('Name', { selector: 'input[type=checkbox]' }), 'what the rows are is not left out').toBeNull();
    await waitFor(() => expect(fake.requests('settings_save').at(-1)).toMatchObject({ hidden_columns: ['customers.country'] }));
    await userEvent.click(box);
    await waitFor(() => expect(head('Country')).toBe(true));
    await waitFor(() => expect(fake.requests('settings_save').at(-1)).toMatchObject({ hidden_columns: [] }));
  });
});
