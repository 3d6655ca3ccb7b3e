import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { createRawSnippet } from 'svelte';
import { expectAccessible, words } from '$dev/testing';
import { Badge, Banner, clockState, DefinitionList, EmptyState, KeyHint, Meter, PageHeader, Panel, Progress, SidePanel, Skeleton, StateChip, Stepper, Tabs, Timeline, toast, Toasts } from '.';
import { toasts } from './toasts.svelte';

describe('a state', () => {
  it('is never color alone', async () => {
    render(StateChip, { state: 'overdue', text: '2 days late' });
    const chip = screen.getByText('2 days late').parentElement;
    expect(chip?.querySelector('svg'), 'an icon stands beside the words').toBeTruthy();
    await expectAccessible();
  });
  it('of a clock that stopped no longer presses', () => {
    expect(clockState({ status: 'satisfied', band: 'overdue' })).toBe('fine');
    expect(clockState({ status: 'late', band: 'later' })).toBe('overdue');
    expect(clockState({ status: 'running', band: 'due_today' })).toBe('today');
    expect(clockState({ status: 'cancelled', band: 'overdue' })).toBe('neutral');
  });
});

it('a meter says how much there is of what is asked for', async () => {
  render(Meter, { label: 'Required items', value: 3, max: 5 });
  const meter = screen.getByRole('meter', { name: 'Required items' });
  expect([meter.getAttribute('aria-valuenow'), meter.getAttribute('aria-valuetext')]).toEqual(['3', '3 of 5']);
  await expectAccessible();
});

describe('progress', () => {
  it('has a count and can be cancelled', async () => {
    const oncancel = vi.fn();
    render(Progress, { label: 'Importing', progress: { phase: 'Checking rows', done: 41_200, total: 100_000, unit: 'rows' }, oncancel });
    expect(screen.getByText('41,200 of 100,000 rows')).toBeTruthy();
    expect(screen.getByRole('progressbar', { name: 'Checking rows' }).getAttribute('aria-valuenow')).toBe('41');
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(oncancel).toHaveBeenCalledOnce();
    await expectAccessible();
  });
  it('without a total is honest about it', () => {
    render(Progress, { label: 'Reading', progress: { phase: '', done: 1_500_000, total: null, unit: 'bytes' } });
    expect(screen.getByRole('progressbar', { name: 'Reading' }).hasAttribute('aria-valuenow')).toBe(false);
    expect(screen.getByText('1.5 MB')).toBeTruthy();
  });
});

it('tabs are moved through by arrows', async () => {
  const onchange = vi.fn();
  const children = createRawSnippet<[string]>((value) => ({ render: () => `<p>about ${value()}</p>` }));
  render(Tabs, { label: 'Record', tabs: [{ value: 'a', label: 'Overview' }, { value: 'b', label: 'Documents', count: 4 }], value: 'a', onchange, children });
  expect(screen.getByText('about a')).toBeTruthy();
  screen.getByRole('tab', { name: 'Overview' }).focus();
  await userEvent.keyboard('{ArrowRight}');
  expect(onchange).toHaveBeenCalledWith('b');
  await expectAccessible();
});

it('a timeline keeps the day it happened and the day it was recorded apart', async () => {
  render(Timeline, {
    label: 'Timeline',
    items: [{ key: 1, title: 'Request recorded', occurred_on: '2026-11-20', recorded_at: '2026-11-23T10:00:00Z', by: 'Dana', late_note: 'recorded 3 days after', lines: [{ label: 'Name', before: 'A', after: 'B' }] }],
  });
  const text = screen.getByRole('list', { name: 'Timeline' }).textContent ?? '';
  expect(['Fri 2026-11-20', 'recorded 3 days after', 'A', 'B'].every((part) => text.includes(part))).toBe(true);
  await expectAccessible();
});

it('a list of terms says what is not recorded', async () => {
  render(DefinitionList, { items: [{ term: 'Address', value: null }, { term: 'Name', value: 'Пётр', note: 'from the passport' }] });
  expect(screen.getByText('not recorded')).toBeTruthy();
  await expectAccessible();
});

it('steps tell where one is and lead back to those done', async () => {
  const onback = vi.fn();
  render(Stepper, { label: 'Request', steps: [{ label: 'What arrived' }, { label: 'Review' }, { label: 'Seal' }], current: 1, onback });
  expect(document.querySelector('[aria-current=step]')?.textContent).toContain('Review');
  await userEvent.click(screen.getByRole('button', { name: 'What arrived' }));
  expect(onback).toHaveBeenCalledWith(0);
  await expectAccessible();
});

it('a panel at the side closes on Escape', async () => {
  const onclose = vi.fn();
  render(SidePanel, { title: 'Why this date?', onclose, children: words('because') });
  expect(screen.getByRole('complementary', { name: 'Why this date?' })).toBeTruthy();
  await expectAccessible();
  await userEvent.keyboard('{Escape}');
  expect(onclose).toHaveBeenCalledOnce();
});

it('a note can be undone, and goes away', async () => {
  render(Toasts);
  const undo = vi.fn();
  toast('Request opened', { undo });
  await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
  expect(undo).toHaveBeenCalledOnce();
  expect(toasts.list).toEqual([]);
});

it('the quiet parts have names and no violation', async () => {
  render(PageHeader, { title: 'Customers', count: 100_000, back: { href: '#/', label: 'Today' }, subtitle: 'All' });
  render(Panel, { title: 'Accounts', children: words('none') });
  render(EmptyState, { icon: 'customers', title: 'No customers yet', text: 'Add one, or import your register.' });
  render(Banner, { children: words('Restored') });
  render(Skeleton, { lines: 2 });
  render(Badge, { text: 'internal' });
  render(KeyHint, { keys: 'g t' });
  expect(screen.getByRole('heading', { level: 1, name: 'Customers' })).toBeTruthy();
  expect(screen.getByRole('region', { name: 'Accounts' })).toBeTruthy();
  expect(screen.getByText('100,000')).toBeTruthy();
  await expectAccessible();
});
