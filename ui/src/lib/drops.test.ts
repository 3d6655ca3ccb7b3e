import { beforeEach, expect, it, vi } from 'vitest';
import { setHost } from '$lib/host';
import { FakeHost } from '$lib/host/fake';
import { takesDrops } from './drops';

let fake: FakeHost;
beforeEach(() => {
  fake = new FakeHost({});
  setHost(fake);
});

it('a dropped file goes to what was opened last, and back to the page when that closes', () => {
  const [page, dialog] = [vi.fn(), vi.fn()];
  const leave = takesDrops(page);
  const close = takesDrops(dialog);
  fake.emit('dropped', { handle: 'one', names: ['letter.pdf'] });
  expect(dialog).toHaveBeenCalledOnce();
  expect(page, 'the page behind the dialog would attach it as well').not.toHaveBeenCalled();
  close();
  fake.emit('dropped', { handle: 'two', names: ['letter.pdf'] });
  expect(page).toHaveBeenCalledOnce();
  leave();
});
