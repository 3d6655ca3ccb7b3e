import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers } from '$dev/answers';
import { expectAccessible } from '$dev/testing';
import { setHost } from '$lib/host';
import { FakeHost } from '$lib/host/fake';
import { forget } from '$lib/host/query.svelte';
import { router } from '$lib/router.svelte';
import Cases from '../cases/Cases.svelte';
import Clocks from '../clocks/Clocks.svelte';
import Filings from '../filings/Filings.svelte';
import QueryBox from './QueryBox.svelte';
import { chips, valueOf, withValue, without } from './words';

describe('the words of a query', () => {
  it('are exchanged and dropped one by one', () => {
    const words = ['is:open', 'country:CN,IR', '"li wei"'];
    expect(valueOf(words, 'country')).toBe('CN,IR');
    expect(withValue(words, 'country', 'DE')).toBe('is:open "li wei" country:DE');
    expect(withValue(words, 'is', null)).toBe('country:CN,IR "li wei"');
    expect(without(words, 0)).toBe('country:CN,IR "li wei"');
  });
  it('stay together where there are several ways to fit', () => {
    const words = ['is:open', 'OR', 'is:mine'];
    expect([valueOf(words, 'is'), chips(words), without(words, 0)]).toEqual(['', ['is:open OR is:mine'], '']);
  });
});

describe('a list whose search comes from an address and is not understood', () => {
  const wrong = () => Promise.reject({ code: 'E-QUERY-WORD', class: 'bad_input', message: '"knd:" is no word of this list.', problems: [], retry_after_ms: 0 });
  it.each([
    { name: 'clocks', List: Clocks, begin: 'Show those that run' },
    { name: 'cases', List: Cases, begin: 'Show every case' },
    { name: 'filings', List: Filings, begin: 'Show every filing' },
  ])('says so and leads on, and is not waited for: $name', async ({ name, List, begin }) => {
    forget();
    setHost(new FakeHost({ ...answers({ locked: false, first: false }), view_list: () => [], clock_list: wrong, filing_list: wrong, case_list: ({ query }) => (query ? wrong() : { rows: [] }) }));
    router.go(`#/${name}?q=knd:x`);
    render(List);
    await screen.findByText('The search is not understood');
    expect(screen.queryByRole('status', { name: 'Loading' })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: begin }));
    expect(router.param('q')).not.toContain('knd:');
  });
});

describe('the box above a list', () => {
  let fake: FakeHost;
  let asked: string[];
  beforeEach(() => {
    forget();
    asked = [];
    fake = new FakeHost({ ...answers({ locked: false, first: false }), view_list: () => [{ list: 'cases', name: 'Late copies', query: 'kind:cip-copy' }], view_save: () => [] });
    setHost(fake);
  });
  const draw = (value = '') => render(QueryBox, { list: 'cases', value, placeholder: 'Words', onchange: (text: string) => asked.push(text) });

  it('says what is not understood and leaves the list as it is', async () => {
    draw();
    await userEvent.type(screen.getByRole('textbox', { name: 'Search cases' }), 'knd:x');
    await screen.findByText('"knd:" is no word of this list. There are is:, kind:.');
    expect(asked.some((text) => text.includes('knd:'))).toBe(false);
    await expectAccessible();
  });
  it('drops a word, opens a view and gives one up', async () => {
    draw('is:open country:CN');
    await userEvent.click(await screen.findByRole('button', { name: /Drop country:CN/ }));
    await userEvent.click(screen.getByRole('button', { name: 'Late copies' }));
    expect(asked).toEqual(['is:open', 'kind:cip-copy']);
    await userEvent.click(screen.getByRole('button', { name: 'Delete the view Late copies' }));
    await waitFor(() => expect(fake.requests('view_save')).toEqual([{ list: 'cases', name: 'Late copies', query: null }]));
  });
  it('keeps a query under a name', async () => {
    draw('is:overdue');
    await userEvent.click(await screen.findByRole('button', { name: 'Save this view…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Save this view' });
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Name/ }), 'Mine');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(fake.requests('view_save')).toEqual([{ list: 'cases', name: 'Mine', query: 'is:overdue' }]));
  });
});
