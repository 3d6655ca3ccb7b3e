import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { render, cleanup } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { rank } from '$app/rank';
import Offers from '$dev/Offers.svelte';
import { actions, handleKey, keyNames, type Action } from './actions.svelte';
import { may } from './may.svelte';

const run = { palette: vi.fn(), today: vi.fn(), next: vi.fn(), blocked: vi.fn() };
const LIST: Action[] = [
  { id: 'frame.palette', title: 'Search', group: 'Anywhere', keys: 'mod+k', run: run.palette },
  { id: 'go.settings', title: 'Go to Settings', group: 'Go to', run: () => expect.unreachable('it has no keys') },
  { id: 'go.today', title: 'Go to Today', group: 'Go to', keys: 'g t', run: run.today },
  { id: 'next', title: 'Next due', group: 'This screen', keys: 'n', run: run.next },
  { id: 'no', title: 'Approve', group: 'This screen', keys: 'a', blocked: () => 'needs an approver', run: run.blocked },
];

beforeEach(() => {
  addEventListener('keydown', handleKey);
  Object.values(run).forEach((mock) => mock.mockClear());
});
afterEach(() => removeEventListener('keydown', handleKey));

describe('keys', () => {
  it('run what they stand for, alone, together and one after the other', async () => {
    render(Offers, { list: LIST });
    await userEvent.keyboard('n');
    await userEvent.keyboard('{Control>}k{/Control}');
    await userEvent.keyboard('gt');
    expect([run.next, run.palette, run.today].map((mock) => mock.mock.calls.length)).toEqual([1, 1, 1]);
  });
  it('are letters while someone types, except with Ctrl', async () => {
    render(Offers, { list: LIST });
    document.querySelector('input')?.focus();
    await userEvent.keyboard('n');
    expect(run.next).not.toHaveBeenCalled();
    await userEvent.keyboard('{Control>}k{/Control}');
    expect(run.palette).toHaveBeenCalledOnce();
  });
  it('of what somebody may not do say who may, and do nothing', async () => {
    may.learn([{ command: 'request_open', why: 'This is for: analyst.' }], null);
    render(Offers, { list: [{ id: 'request', title: 'Record a request', group: 'This screen', keys: 'n', needs: 'request_open', run: run.next }] });
    await userEvent.keyboard('n');
    expect(run.next).not.toHaveBeenCalled();
    expect(actions().map((action) => action.blocked?.())).toEqual(['This is for: analyst.']);
    may.learn([], null);
    await userEvent.keyboard('n');
    expect(run.next).toHaveBeenCalledOnce();
  });
  it('of what is blocked do nothing', async () => {
    render(Offers, { list: LIST });
    await userEvent.keyboard('a');
    expect(run.blocked).not.toHaveBeenCalled();
  });
  it('end with the screen that offered them', () => {
    render(Offers, { list: LIST });
    expect(actions()).toHaveLength(LIST.length);
    cleanup();
    expect(actions()).toHaveLength(0);
  });
  it('are written as people read them', () => expect(keyNames('g t')).toEqual([['G'], ['T']]));
});

describe('the palette', () => {
  it('finds by the beginnings of words, whatever their order', () => {
    expect(rank(LIST, 'tod go').map((action) => action.id)).toEqual(['go.today']);
    expect(rank(LIST, 'zzz')).toEqual([]);
  });
  it('puts the better fit first and, without words, what was used last', () => {
    expect(rank(LIST, 'se')[0]?.id).toBe('frame.palette');
    expect(rank(LIST, '', ['next', 'no']).slice(0, 2).map((action) => action.id)).toEqual(['next', 'no']);
  });
});
