import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers } from '$dev/answers';
import { expectAccessible } from '$dev/testing';
import { session } from '$app/session.svelte';
import { setHost } from '$lib/host';
import { failure, FakeHost } from '$lib/host/fake';
import { forget, invalidate } from '$lib/host/query.svelte';
import { route, router } from '$lib/router.svelte';
import { digestLine } from './digest';
import { monthGrid, monthTitle, shiftMonth } from '$lib/month';
import Today from './Today.svelte';

let fake: FakeHost;
const known = answers({ locked: false, first: false });

beforeEach(() => {
  forget();
  fake = new FakeHost({ ...known });
  setHost(fake);
  router.routes = [route('/cases/:ref', 'Case', () => Promise.reject(new Error('not drawn')), { refs: /^(REQ|EVD)-/ })];
  router.go('#/today');
});

describe('today', () => {
  it('shows what is due in its bands, in their order, with words beside the colors', async () => {
    render(Today);
    await screen.findByText('2 days late');
    const headings = screen.getAllByRole('heading', { level: 2 }).map((heading) => heading.textContent?.replaceAll(/\s+/g, ' ').trim());
    expect(headings.slice(0, 5)).toEqual(['Overdue 1', 'Due today 2', 'Next 3 days 2', 'Next 10 days 3', 'Waiting on others 1']);
    expect(screen.getByText('1 overdue · 2 due today · 2 in the next 3 days · 3 in the next 10 days · 1 waiting on others')).toBeTruthy();
    expect(screen.getByText('31 clocks later than ten days from now')).toBeTruthy();
    await expectAccessible();
  });
  it('says once that the vault was updated, and where it lies as it was', async () => {
    session.digest = { overdue: 0, due_today: 0, next_3: 0, to_approve: 0, backup_age_days: 1, failed_attempts: 0, updated: 'As it was, it lies in backups/Before-version-2.cipdesk.' };
    render(Today);
    await screen.findByText(/backups\/Before-version-2/);
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'OK' }));
    expect(screen.queryByText(/backups\/Before-version-2/)).toBeNull();
    session.digest = undefined;
  });
  it('does one thing to everything that was chosen with the keys', async () => {
    fake.answer({ clock_assign: () => ({}) as never, clock_snooze: () => Promise.reject(failure('E-CLOCK-SNOOZE', 'It is due before that.')) });
    render(Today);
    await screen.findByText('2 days late');
    await userEvent.keyboard('j');
    await userEvent.keyboard('x');
    await userEvent.keyboard('j');
    await userEvent.keyboard('x');
    await screen.findByText('2 deadlines selected');
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Assign…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Assign 2 deadlines' });
    await userEvent.click(within(dialog).getByRole('combobox', { name: 'Assigned to' }));
    await userEvent.keyboard('{ArrowDown}{Enter}');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Assign' }));
    await waitFor(() => expect(fake.requests('clock_assign').length).toBe(2));
    await waitFor(() => expect(screen.queryByText('2 deadlines selected'), 'what is done is no longer chosen').toBeNull());
  });
  it('leads to the case only where a screen shows it', async () => {
    render(Today);
    const row = (await screen.findByText('2 days late')).closest('[data-ref]');
    expect(row?.getAttribute('href')).toBe('#/cases/REQ-2026-0004');
    expect(screen.getByText('Marisol Ibáñez Quintero').closest('[data-ref]')?.tagName, 'no screen shows customers here').toBe('BUTTON');
  });
  it('is walked with j and k and tells why a date is what it is', async () => {
    render(Today);
    await screen.findByText('2 days late');
    await userEvent.keyboard('jj');
    expect((document.activeElement as HTMLElement).textContent).toContain('Beichen');
    await userEvent.keyboard(' ');
    const panel = await screen.findByRole('complementary', { name: /Copy of a CIP: 北辰/ });
    await within(panel).findByText('+10 calendar days');
    expect(within(panel).getByText('15 CFR 7.303, 7.305 (proposed)')).toBeTruthy();
    expect(router.param('clock'), 'the panel is in the address').not.toBe('');
    await expectAccessible();
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(router.param('clock')).toBe(''));
  });
  it('folds a band', async () => {
    render(Today);
    const button = await screen.findByRole('button', { name: /Overdue/ });
    await userEvent.click(button);
    expect([button.getAttribute('aria-expanded'), screen.queryByText('2 days late')]).toEqual(['false', null]);
  });
  it('fetches again when something was written', async () => {
    render(Today);
    await screen.findByText('2 days late');
    const before = await fake.call('today', {});
    fake.answer({ today: () => ({ ...before, bands: [] }) });
    invalidate();
    await screen.findByText('Nothing is due');
  });
  it('says what went wrong and tries again', async () => {
    fake.answer({
      today: () => {
        throw failure('D-05', 'The database page 7 is damaged.');
      },
    });
    render(Today);
    expect((await screen.findByRole('alert')).textContent).toContain('The database page 7 is damaged.');
    fake.answer(known);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByText('2 days late');
  });
  it('writes a backup that can be stopped', async () => {
    render(Today);
    await userEvent.click(await screen.findByRole('button', { name: 'Back up…' }));
    await screen.findByRole('progressbar', { name: 'Copying documents' });
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await screen.findByRole('button', { name: 'Back up…' });
    expect(screen.queryByRole('alert'), 'stopping is no error').toBeNull();
  });
});

it('the digest says only what there is', async () => {
  const view = await fake.call('today', {});
  expect(digestLine({ ...view, bands: [] })).toBe('Nothing is due in the next ten days');
  expect(digestLine({ ...view, bands: view.bands.slice(0, 1) })).toBe('1 overdue');
});

describe('a month', () => {
  it('is whole weeks from Sunday', () => {
    const weeks = monthGrid('2026-11');
    expect([weeks[0]?.[0], weeks.at(-1)?.[6], weeks.length]).toEqual(['2026-11-01', '2026-12-05', 5]);
    expect(monthGrid('2026-02').length, 'February 2026 fits four weeks').toBe(4);
    expect(monthGrid('2026-08')[0]?.[0], 'August 2026 begins on a Saturday').toBe('2026-07-26');
  });
  it('goes over the year', () => expect([shiftMonth('2026-12', 1), shiftMonth('2026-01', -1), monthTitle('2027-01')]).toEqual(['2027-01', '2025-12', 'January 2027']));
});
