import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { expectAccessible, words } from '$dev/testing';
import { failure } from '$lib/host/fake';
import { VirtualTable, type Column, type Page } from '.';

interface Row {
  ref: string;
}

const COLUMNS: Column<Row>[] = [
  { key: 'ref', label: 'Ref', width: '100px', sort: true, text: (row) => row.ref },
  { key: 'same', label: 'Same', width: '1fr', text: (row) => row.ref.toLowerCase() },
];

function source(total: number) {
  return vi.fn((offset: number, limit: number): Promise<Page<Row>> => Promise.resolve({ total, rows: Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => ({ ref: `C-${offset + at}` })) }));
}

function draw(more: Record<string, unknown> = {}) {
  const props = { label: 'Customers', columns: COLUMNS, load: source(100_000), question: 'all', rowKey: (row: Row) => row.ref, ...more };
  return { ...render(VirtualTable<Row>, props as never), props };
}

beforeEach(() => {
  // jsdom lays nothing out: the window is 320 px high.
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 320 });
});

describe('a table', () => {
  it('of 100,000 rows draws a screenful and says how many there are', async () => {
    const { props } = draw();
    await screen.findByText('C-0');
    expect(screen.getByRole('grid', { name: 'Customers' }).getAttribute('aria-rowcount')).toBe('100001');
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
    expect(props.load).toHaveBeenCalledExactlyOnceWith(0, 100);
    expect(screen.getByText('C-0').closest('[role=row]')?.getAttribute('aria-rowindex')).toBe('2');
    await expectAccessible();
  });
  it('is walked with j and k, one row at a time in the order of Tab', async () => {
    const onopen = vi.fn();
    const onpreview = vi.fn();
    draw({ onopen, onpreview });
    await screen.findByText('C-0');
    await userEvent.keyboard('jjjk');
    expect(document.activeElement?.getAttribute('data-key')).toBe('C-1');
    expect(document.querySelectorAll('[role=row][tabindex="0"]')).toHaveLength(1);
    await userEvent.keyboard('{Enter}');
    await userEvent.keyboard(' ');
    expect([onopen.mock.calls[0]?.[0], onpreview.mock.calls[0]?.[0]]).toEqual([{ ref: 'C-1' }, { ref: 'C-1' }]);
  });
  it('that is scrolled leaves the rows that stay as they are, and the one with the focus where it is', async () => {
    draw();
    await screen.findByText('C-0');
    await userEvent.keyboard('jj');
    const drawn = new Map([...document.querySelectorAll<HTMLElement>('[role=row][data-index]')].map((row) => [row.dataset.index, row]));
    const grid = screen.getByRole('grid');
    const scrollBy = async (pixels: number) => {
      grid.scrollTop += pixels;
      await fireEvent.scroll(grid);
    };
    await scrollBy(640);
    const kept = [...document.querySelectorAll<HTMLElement>('[role=row][data-index]')].filter((row) => drawn.has(row.dataset.index));
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.every((row) => drawn.get(row.dataset.index) === row)).toBe(true);
    await scrollBy(64_000);
    const indexes = () => [...document.querySelectorAll<HTMLElement>('[role=row][data-index]')].map((row) => Number(row.dataset.index));
    expect(document.activeElement?.getAttribute('data-index'), 'the row that holds the focus').toBe('1');
    expect(indexes().toSorted((a, b) => a - b)).toEqual([1, ...Array.from({ length: 31 }, (_, at) => Math.floor(grid.scrollTop / 32) - 10 + at)]);
    await waitFor(() => expect(indexes(), 'what stands still is read in the order of its rows').toEqual(indexes().toSorted((a, b) => a - b)));
    expect(document.activeElement?.getAttribute('data-index')).toBe('1');
    await scrollBy(-grid.scrollTop);
    await waitFor(() => expect(indexes()).toEqual(Array.from({ length: 31 }, (_, at) => at)));
    expect(document.activeElement).toBe(drawn.get('1'));
  });
  it('opens whichever row is pressed, also when the row with the keys was scrolled away', async () => {
    const onopen = vi.fn();
    draw({ onopen });
    await screen.findByText('C-0');
    await userEvent.keyboard('jj');
    const grid = screen.getByRole('grid');
    grid.scrollTop = 1600;
    await fireEvent.scroll(grid);
    // 31 rows are drawn; the 62nd stands where the first would, which has the keys.
    for (const index of [40, 61, 62, 63, 70]) {
      const row = document.querySelector<HTMLElement>(`[data-index="${index}"]`);
      await userEvent.click(row?.firstElementChild as Element);
      expect(onopen).toHaveBeenLastCalledWith({ ref: `C-${index}` });
      expect(document.activeElement?.getAttribute('data-index')).toBe(String(index));
      // Back to where the row with the keys is out of sight.
      document.querySelector<HTMLElement>('[data-index="70"]')?.focus();
      await userEvent.keyboard('{Home}');
      grid.scrollTop = 1600;
      await fireEvent.scroll(grid);
    }
  });
  it('fetches what is read before it is seen, and not what is passed at speed', async () => {
    const { props } = draw();
    await screen.findByText('C-0');
    const grid = screen.getByRole('grid');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      // So many frames of a scroll, each 16 ms after the one before.
      const scroll = async (frames: number, pixels: number) => {
        for (let frame = 0; frame < frames; frame += 1) {
          grid.scrollTop += pixels;
          await fireEvent.scroll(grid);
          await vi.advanceTimersByTimeAsync(16);
        }
      };
      await scroll(40, 120);
      expect(document.querySelectorAll('.coming'), 'rows that are not there yet').toHaveLength(0);
      expect(props.load.mock.calls.map(([offset]) => offset)).toEqual([0, 100, 200]);
      const cells = [...document.querySelectorAll('[role=row][data-index] bdi')];
      await scroll(40, 9_600);
      await scroll(40, 1_920);
      expect(props.load).toHaveBeenCalledTimes(3);
      const coming = document.querySelectorAll<HTMLElement>('.coming');
      expect(coming.length, 'rows that were passed').toBeGreaterThan(20);
      expect([...coming].filter((row) => row.dataset.key !== undefined), 'known by no row').toEqual([]);
      expect(document.querySelectorAll('[role=row][aria-busy=true]')).toHaveLength(coming.length);
      await vi.advanceTimersByTimeAsync(100);
      expect(document.querySelectorAll('.coming')).toHaveLength(0);
      const now = new Set(document.querySelectorAll('[role=row][data-index] bdi'));
      expect(cells.filter((cell) => !now.has(cell)), 'elements that were made anew').toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });
  it('fetches the end when it is gone to', async () => {
    const { props } = draw();
    await screen.findByText('C-0');
    await userEvent.keyboard('j');
    await userEvent.keyboard('{End}');
    await screen.findByText('C-99999');
    expect(props.load).toHaveBeenLastCalledWith(99_900, 100);
  });
  it('asks for another order and says which it has', async () => {
    const onsort = vi.fn();
    draw({ onsort, sort: { key: 'ref', descending: false } });
    await screen.findByText('C-0');
    const head = screen.getByRole('columnheader', { name: /Ref/ });
    expect(head.getAttribute('aria-sort')).toBe('ascending');
    await userEvent.click(screen.getByRole('button', { name: /Ref/ }));
    expect(onsort).toHaveBeenCalledWith({ key: 'ref', descending: true });
  });
  it('begins anew for another question and keeps its place for a change', async () => {
    const { props, rerender } = draw();
    await screen.findByText('C-0');
    await userEvent.keyboard('jj');
    await rerender({ revision: 1 } as never);
    await waitFor(() => expect(props.load).toHaveBeenCalledTimes(2));
    expect(document.activeElement?.getAttribute('data-key'), 'the place is kept').toBe('C-1');
    const other = source(3);
    await rerender({ question: 'x', load: other } as never);
    await waitFor(() => expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('4'));
    expect(document.querySelector('[role=row][tabindex="0"]')?.getAttribute('data-key')).toBe('C-0');
  });
  it('of a slow old question does not overwrite the new one', async () => {
    let late = (_page: Page<Row>) => {};
    const slow = () => new Promise<Page<Row>>((done) => (late = done));
    const { rerender } = draw({ load: slow });
    await rerender({ question: 'new', load: source(2) } as never);
    await screen.findByText('C-1');
    late({ total: 1, rows: [{ ref: 'OLD' }] });
    await Promise.resolve();
    expect(screen.queryByText('OLD')).toBeNull();
  });
  it('that is empty teaches the next step', async () => {
    draw({ load: source(0), empty: words('Add one') });
    expect(await screen.findByText('Add one')).toBeTruthy();
    await expectAccessible();
  });
  it('that cannot be fetched says why and tries again', async () => {
    let broken = true;
    const good = source(1);
    const load = vi.fn((offset: number, limit: number) => (broken ? Promise.reject(failure('E-DB', 'The disk is full.')) : good(offset, limit)));
    draw({ load });
    expect((await screen.findByRole('alert')).textContent).toContain('The disk is full.');
    broken = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByText('C-0');
    expect(screen.queryByRole('alert')).toBeNull();
  });
});
