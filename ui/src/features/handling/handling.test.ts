import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers } from '$dev/answers';
import * as made from '$dev/records';
import { expectAccessible } from '$dev/testing';
import { toasts } from '$lib/components/toasts.svelte';
import { setHost } from '$lib/host';
import { FakeHost } from '$lib/host/fake';
import { forget } from '$lib/host/query.svelte';
import { router } from '$lib/router.svelte';
import { routes } from '../index';
import { Chosen } from './chosen.svelte';
import MyWork from './MyWork.svelte';
import RecordWork from './RecordWork.svelte';

let fake: FakeHost;

beforeEach(() => {
  forget();
  fake = new FakeHost({
    ...answers({ locked: false, first: false }),
    record_work: () => made.work,
    task_advance: () => made.work,
    task_save: () => made.work,
    comment_add: () => made.work,
    handling_save: ({ changes }) => changes.map((one) => ({ ...one, before: one.after, after: one.before })),
    my_work: () => ({ member: 'staff-1', name: 'Ana Lima', members: made.work.members, tasks: [made.todo], clocks: [made.clock], records: [{ ref: 'REQ-2026-0001', name: 'Lion City Hosting', handling: made.work.handling, standing: 'by no day' }], unassigned: 2 }),
  });
  setHost(fake);
  router.routes = routes;
  router.go('#/work');
});

describe('what stands beside a record', () => {
  it('marks a task done, and takes it back', async () => {
    render(RecordWork, { ref: 'REQ-2026-0001' });
    await userEvent.click(await screen.findByRole('button', { name: 'Done: Ring the reseller' }));
    await waitFor(() => expect(fake.requests('task_advance')).toEqual([{ task: 'REQ-2026-0001/T-1', step: 'done', to: null, note: null }]));
    toasts.list.at(-1)?.undo?.();
    await waitFor(() => expect(fake.requests('task_advance').at(-1)).toMatchObject({ step: 'reopened' }));
    await expectAccessible();
  });
  it('changes only what was changed of a task', async () => {
    render(RecordWork, { ref: 'REQ-2026-0001' });
    await userEvent.click(await screen.findByRole('button', { name: 'Change: Ring the reseller' }));
    const dialog = await screen.findByRole('dialog', { name: 'Change the task' });
    await userEvent.click(within(dialog).getByRole('combobox', { name: 'Assigned to' }));
    await userEvent.keyboard('{ArrowDown}{Enter}');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(fake.requests('task_advance')).toEqual([{ task: 'REQ-2026-0001/T-1', step: 'assigned', to: 'staff-2', note: null }]));
    expect(fake.requests('task_save'), 'the words stayed').toEqual([]);
  });
  it('never takes a comment away: another stands in its place', async () => {
    render(RecordWork, { ref: 'REQ-2026-0001' });
    await screen.findByText('N-2 replaced this');
    expect(screen.getAllByRole('button', { name: 'Correct…' }).length, 'only the last of them is corrected').toBe(1);
    await userEvent.click(screen.getByRole('button', { name: 'Correct…' }));
    const text = screen.getByRole('textbox', { name: /Correction of N-2/ });
    await userEvent.type(text, ' at nine');
    await userEvent.click(screen.getByRole('button', { name: 'Add the comment' }));
    await waitFor(() => expect(fake.requests('comment_add')).toEqual([{ about: 'REQ-2026-0001', text: 'They answer on Tuesday at nine', corrects: 'N-2' }]));
    await waitFor(() => expect(fake.requests('draft_drop')).toEqual([{ key: 'comment:REQ-2026-0001' }]));
  });
  it('has nothing but comments on a filing', async () => {
    render(RecordWork, { ref: 'F4-2026-0001', commentsOnly: true });
    await screen.findByRole('heading', { name: 'Comments' });
    expect(screen.queryByRole('heading', { name: 'Tasks' })).toBeNull();
  });
});

describe('my work', () => {
  it('has the tasks, the deadlines and the records of one member', async () => {
    render(MyWork);
    await screen.findByText('1 open task, 1 late · 1 deadline · 1 case or customer');
    expect(screen.getByRole('link', { name: 'REQ-2026-0001' }).getAttribute('href')).toBe('#/cases/REQ-2026-0001');
    expect(screen.getByText('2 tasks not assigned to anyone.')).toBeTruthy();
    await expectAccessible();
  });
});

describe('what is chosen in a list', () => {
  it('is one by one, or with Shift from the last to this', async () => {
    const all = ['a', 'b', 'c', 'd', 'e'];
    const chosen = new Chosen((first, count) => all.slice(first, first + count));
    await chosen.choose('d', 3, false);
    await chosen.choose('b', 1, true);
    expect(new Set(chosen.refs)).toEqual(new Set(['b', 'c', 'd']));
    await chosen.choose('c', 2, false);
    expect(chosen.has('c'), 'a second time takes it away').toBe(false);
    chosen.set([]);
    await chosen.choose('e', 4, true);
    expect(chosen.refs, 'nothing was chosen before: there is no other end').toEqual(['e']);
  });
});
