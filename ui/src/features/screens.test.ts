import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers } from '$dev/answers';
import * as made from '$dev/records';
import { expectAccessible } from '$dev/testing';
import { actions } from '$lib/actions.svelte';
import { setHost } from '$lib/host';
import { failure, FakeHost } from '$lib/host/fake';
import { forget, invalidate } from '$lib/host/query.svelte';
import { router } from '$lib/router.svelte';
import type { ImportReport } from '$lib/contract/bindings';
import Access from './access/Access.svelte';
import Calendar from './calendar/Calendar.svelte';
import Case from './cases/Case.svelte';
import Cases from './cases/Cases.svelte';
import NewRequest from './cases/request/NewRequest.svelte';
import Request from './cases/request/Request.svelte';
import Clocks from './clocks/Clocks.svelte';
import ClockPage from './clocks/ClockPage.svelte';
import Customer from './customers/Customer.svelte';
import Drill from './drill/Drill.svelte';
import Customers from './customers/Customers.svelte';
import Document from './documents/Document.svelte';
import Filing from './filings/Filing.svelte';
import { routes } from './index';
import Import from './import/Import.svelte';
import Reseller from './resellers/Reseller.svelte';
import Resellers from './resellers/Resellers.svelte';
import Retention from './retention/Retention.svelte';
import Review from './review/Review.svelte';
import Rules from './rules/Rules.svelte';

let fake: FakeHost;

beforeEach(() => {
  forget();
  fake = new FakeHost({
    ...answers({ locked: false, first: false }),
    customer_show: () => structuredClone(made.customer),
    timeline: () => ({ total: 0, items: [] }),
    draft_load: () => ({ body: null }),
    draft_save: () => ({}),
    draft_drop: () => ({}),
    reseller_list: () => ({ rows: [made.reseller.row] }),
    reseller_show: () => made.reseller,
    reseller_oversight: () => made.oversight,
    intake_list: () => [],
    case_list: () => ({ rows: [made.request.row] }),
    case_show: () => made.request,
    filing_show: () => made.filing,
    record_work: () => made.work,
  });
  setHost(fake);
  router.routes = routes;
});

const customer = (query = '') => {
  router.go(`#/customers/C-000001${query}`);
  return render(Customer, { params: { ref: 'C-000001' } });
};

describe('the list of customers', () => {
  it('keeps its filters in the address, and says which to drop when nothing is left', async () => {
    Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 320 });
    fake.answer({ customer_list: ({ query }) => ({ total: query.includes('FR') ? 0 : 1, all: 1, rows: query.includes('FR') ? [] : [made.customer.row], by_status: [], by_country: [{ value: 'DE', count: 1 }], by_risk: [{ value: 'high', count: 1 }] }) });
    router.go('#/customers?q=country:FR kind:entity');
    render(Customers);
    await screen.findByText('Nothing fits: country:FR kind:entity. Drop a filter to see more.');
    expect(fake.requests('customer_list').at(-1)).toMatchObject({ query: 'country:FR kind:entity', sort: 'name' });
    await expectAccessible();
    await userEvent.click(screen.getAllByRole('button', { name: 'Drop country:FR' })[0] as HTMLElement);
    await screen.findByText('Jürgen Müller');
    expect(router.param('q')).toBe('kind:entity');
  });
});

describe('a customer', () => {
  it('says what is missing, and why the next step is blocked', async () => {
    customer();
    await screen.findByRole('button', { name: 'Street address' });
    expect(screen.getByRole('meter', { name: 'Required items' }).getAttribute('aria-valuetext')).toBe('7 of 9');
    expect(screen.getByText('Street address is missing.', { selector: 'li' })).toBeTruthy();
    await expectAccessible();
  });
  it('leads from a gap to its field', async () => {
    customer();
    await userEvent.click(await screen.findByRole('button', { name: 'Street address' }));
    expect([router.param('tab'), router.param('field')]).toEqual(['identity', 'street_address']);
    await waitFor(() => expect((document.activeElement as HTMLTextAreaElement).name).toBe('street_address'));
  });
  it('saves what was typed and nothing else, against the revision it was read at', async () => {
    fake.answer({ customer_change: () => made.customer });
    customer('?tab=identity');
    await userEvent.click(await screen.findByRole('button', { name: 'Edit' }));
    await userEvent.type(screen.getByRole('textbox', { name: /Street address/ }), '1 Hafenstraße');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(fake.requests('customer_change')).toEqual([{ ref: 'C-000001', revision: 3, fields: [{ id: 'street_address', values: ['1 Hafenstraße'] }], reason: null, occurred_on: null, proved_by: null }]));
    expect(fake.requests('draft_drop')).toEqual([{ key: 'customer:C-000001' }]);
  });
  it('shows a refused value at its field and keeps what was typed', async () => {
    fake.answer({
      customer_change: () => {
        throw failure('E-FIELD', 'One field is wrong.', { problems: [{ field: 'street_address', code: 'E-FIELD-LONG', message: 'The address is too long. Write at most 500 characters.' }] });
      },
    });
    customer('?tab=identity');
    await userEvent.click(await screen.findByRole('button', { name: 'Edit' }));
    await userEvent.type(screen.getByRole('textbox', { name: /Street address/ }), 'x');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect((await screen.findByRole('textbox', { name: /Street address/ })).getAttribute('aria-invalid')).toBe('true');
    expect((screen.getByRole('textbox', { name: /Street address/ }) as HTMLTextAreaElement).value).toBe('x');
  });
  it('brings back what was typed before the lock', async () => {
    fake.answer({ draft_load: () => ({ body: JSON.stringify({ street_address: '1 Hafen' }) }) });
    customer('?tab=identity');
    await screen.findByText(/What you typed before is here again/);
    expect((screen.getByRole('textbox', { name: /Street address/ }) as HTMLTextAreaElement).value).toBe('1 Hafen');
  });
  it('records a determination only with a test', async () => {
    fake.answer({ determination_record: () => made.customer });
    customer('?tab=decisions');
    await userEvent.click(await screen.findByRole('button', { name: 'Record a determination' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByRole('button', { name: /Record it/ }).getAttribute('aria-disabled')).toBe('true');
    await userEvent.click(within(dialog).getByRole('combobox', { name: /Test/ }));
    await userEvent.keyboard('{ArrowDown}{Enter}');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Based on/ }), 'Passport');
    await userEvent.click(within(dialog).getByRole('button', { name: /Record it/ }));
    await waitFor(() => expect(fake.requests('determination_record')).toHaveLength(1));
    expect(fake.requests('determination_record')[0]).toMatchObject({ customer: 'C-000001', about: 'C-000001', evidence: 'Passport', decided_on: null });
  });
  it('attaches dropped files as what was chosen, and says which were refused', async () => {
    fake.answer({ document_attach: () => ({ documents: [made.paper], refused: [failure('A-01', '"empty.pdf" is empty. Choose the right file.')] as never }) });
    customer('?tab=documents');
    await screen.findByText('passport.png');
    fake.emit('dropped', { handle: 'h1', names: ['a.png'] });
    await screen.findByText(/is empty\. Choose the right file/);
    expect(fake.requests('document_attach')).toEqual([{ subject: 'C-000001', type: 'passport', replaces: null, handle: 'h1' }]);
  });
  it('adds an owner with all that was written', async () => {
    fake.answer({ owner_save: () => made.customer });
    customer('?tab=owners');
    await userEvent.click(await screen.findByRole('button', { name: 'Add an owner' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByRole('textbox', { name: 'Name' }), 'Zoë');
    await userEvent.type(within(dialog).getByRole('textbox', { name: 'Percent' }), 'over 25 to 50');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Add the owner' }));
    await waitFor(() => expect(fake.requests('owner_save')[0]).toMatchObject({ customer: 'C-000001', id: null, name: 'Zoë', interests: [{ of: null, kind: 'equity', share: 'over 25 to 50', held_for: null }], email: null }));
  });
  it('draws who owns it, and looks at another threshold without changing anything', async () => {
    const node = { kind: 'individual' as const, us_status: 'foreign' as const, unspecified: null, votes: '20', profits: null, control: null, more_chains: 0 };
    const owned = { customer: 'Acme', on: null, threshold: '25', pack_threshold: '25', rule: null, nodes: [
      { ...node, id: 'O-1', name: 'Holding', kind: 'entity' as const, layer: 1, equity: '40', counts: 'no' as const, why: ['40 %'] },
      { ...node, id: 'O-2', name: 'Ana Lima', layer: 2, equity: '20 to 30', counts: 'possibly' as const, why: ['50 to 75 % of Holding, which has 40 %'] },
    ], ties: [
      { holder: 'O-1', of: null, kind: 'equity', words: '40 %', held_for: null, stated: false },
      { holder: 'O-2', of: 'O-1', kind: 'equity', words: '50 to 75 %', held_for: null, stated: false },
    ], notes: ['Direct owners account for 40 % of the shares; who has the rest is not recorded.'], days: ['2025-01-01'], none_identified: null };
    const owner = { id: 'O-2', name: 'Ana Lima', name_original: null, kind: 'individual' as const, unspecified: null, interests: [], direct: '', effective: '20 to 30', counts: 'possibly' as const, why: [], country: 'DE', us_status: 'foreign' as const, address: null, email: null, phone: null, source: null, valid_from: null, valid_to: null, verified: false, proofs: [] };
    fake.answer({ customer_show: () => ({ ...made.customer, row: { ...made.customer.row, kind: 'entity' }, owners: [owner] }), ownership: () => owned });
    customer('?tab=owners');
    await screen.findByRole('img', { name: /Who owns Acme/ });
    const table = screen.getByRole('table', { name: 'Owners, counted at 25 %' });
    expect(within(table).getByText('Possibly')).toBeTruthy();
    await userEvent.type(screen.getByRole('textbox', { name: /What if the threshold were/ }), '10');
    await waitFor(() => expect(fake.requests('ownership').at(-1)).toMatchObject({ ref: 'C-000001', on: null, threshold: '10' }));
    expect(fake.requests('owner_save')).toEqual([]);
  });
});

describe('a document', () => {
  it('is zoomed, turned and paged by its own address alone', async () => {
    fake.answer({ document_show: () => ({ row: made.paper, pages: 2, text: null, no_preview: null, marks: [], pages_url: 'doc/d1' }) });
    router.go('#/documents/d1');
    render(Document, { params: { id: 'd1' } });
    const picture = await screen.findByRole('img', { name: 'Page 1 of the document' });
    expect(picture.getAttribute('src')).toBe('/doc/d1/1?width=1200&rotate=0');
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    await userEvent.click(screen.getByRole('button', { name: 'Rotate' }));
    expect(screen.getByRole('img').getAttribute('src')).toBe('/doc/d1/2?width=1200&rotate=90');
    expect(screen.getByRole('button', { name: 'Next page' }).hasAttribute('disabled'), 'there is no third page').toBe(true);
    await expectAccessible();
  });
  it('that cannot be shown says why', async () => {
    fake.answer({ document_show: () => ({ row: made.paper, pages: null, text: null, no_preview: 'This kind of file is never shown here.', marks: ['Named .pdf but is a web page'], pages_url: null }) });
    render(Document, { params: { id: 'd1' } });
    await screen.findByText('This kind of file is never shown here.');
    expect(screen.getByText('Named .pdf but is a web page')).toBeTruthy();
  });
});

describe('an import', () => {
  const report: ImportReport = { rows: 2, created: 1, updated: 0, unchanged: 0, rejected: 1, problems: [{ line: 3, column: 'country', value: 'Untied States', code: 'E-IMPORT-COUNTRY', message: 'register.csv line 3, column country: "Untied States" is no country.' }], dry_run: true, report: null, notes: [] };
  const source = { handle: 'h', name: 'register.csv', header: ['Who'], sample: [['Ada']], rows: 2, mapping: [{ column: 'Who', target: null }], targets: [{ value: 'name', label: 'Full legal name' }], exact: false, saved: null, owners: false, structure: null };
  it('goes from the file by its columns to a check, and lets nothing bad in unasked', async () => {
    fake.answer({ import_pick: () => source, import_check: () => report, import_run: () => ({ ...report, dry_run: false, report: 'register-skipped.csv' }) });
    render(Import);
    await userEvent.click(screen.getByRole('button', { name: 'Choose a file…' }));
    await screen.findByText('What each column is');
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Check without writing' }));
    await screen.findByText(/is no country/);
    const run = screen.getByRole('button', { name: /Import 1 customer/ });
    expect(run.getAttribute('aria-disabled'), 'one row is wrong').toBe('true');
    await userEvent.click(screen.getByRole('checkbox'));
    await userEvent.type(screen.getByRole('textbox', { name: /Save these columns as/ }), 'ERP');
    await userEvent.click(screen.getByRole('button', { name: /Import 1 customer/ }));
    await screen.findByText('register-skipped.csv');
    expect(fake.requests('import_run')).toEqual([{ handle: 'h', mapping: [{ column: 'Who', target: null }], skip_bad_rows: true, save_as: 'ERP' }]);
  });
});

describe('imports and exports', () => {
  it('lists what was imported and takes one back when asked twice', async () => {
    const row = { entry: 12, file: 'register.csv', access: false, rows: 2, created: 1, updated: 1, skipped: 0, recorded_at: '2026-11-24T15:00:00Z', by: 'Ada Byron', undone: false, upto: null, stopped: false };
    fake.answer({ import_list: () => [row], import_undo: () => [{ ...row, undone: true }] });
    render(Import);
    await userEvent.click(await screen.findByRole('button', { name: 'Undo the import of register.csv' }));
    const dialog = await screen.findByRole('alertdialog');
    expect(fake.requests('import_undo')).toEqual([]);
    await userEvent.click(within(dialog).getByRole('button', { name: 'Undo the import' }));
    await waitFor(() => expect(fake.requests('import_undo')).toEqual([{ entry: 12 }]));
  });
  it('hands out the customers that the list shows, as what is chosen', async () => {
    fake.answer({ customer_export: () => ({ name: 'customers.csv', bytes: 12 }), customer_list: () => ({ total: 1, all: 1, rows: [made.customer.row], by_status: [], by_country: [], by_risk: [] }) });
    router.go('#/customers?q=country:DE');
    render(Customers);
    const open = await screen.findByRole('button', { name: 'Export…' });
    await waitFor(() => expect(open.getAttribute('aria-disabled')).not.toBe('true'));
    await userEvent.click(open);
    const dialog = await screen.findByRole('dialog');
    await expectAccessible();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Export…' }));
    await waitFor(() => expect(fake.requests('customer_export')).toHaveLength(1));
    expect(fake.requests('customer_export')[0]).toMatchObject({ asked: { query: 'country:DE' }, format: 'csv' });
  });
});

describe('resellers', () => {
  it('are found without accents, and registered', async () => {
    fake.answer({ reseller_save: () => ({ ref: 'RS-0002' }) });
    router.go('#/resellers?q=zzz');
    render(Resellers);
    await screen.findByText('No reseller matches');
    router.go('#/resellers');
    await screen.findByText('Lion City Hosting');
    await userEvent.click(screen.getByRole('button', { name: 'Add a reseller' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Legal name/ }), 'Atlas');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Country/ }), 'MA');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Add' }));
    await waitFor(() => expect(fake.requests('reseller_save')).toEqual([{ ref: null, name: 'Atlas', country: 'MA', address: null, email: null, notes: null }]));
    expect(location.hash).toBe('#/resellers/RS-0002');
  });
  it('are walked with j and k from wherever the page is', async () => {
    const main = document.body.appendChild(document.createElement('main'));
    fake.answer({ reseller_list: () => ({ rows: [made.reseller.row, { ...made.reseller.row, ref: 'RS-0002', name: 'Zeta Hosting' }] }) });
    render(Resellers, { target: main });
    await screen.findByText('Zeta Hosting');
    const walked: (string | null | undefined)[] = [];
    for (const key of ['j', 'j', 'j', 'k']) {
      await userEvent.keyboard(key);
      walked.push(document.activeElement?.textContent);
    }
    expect(walked).toEqual([made.reseller.row.name, 'Zeta Hosting', 'Zeta Hosting', made.reseller.row.name]);
    main.remove();
  });
  it('show which CIP is in force and what is due', async () => {
    render(Reseller, { params: { ref: 'RS-0001' } });
    await screen.findByText('In force', { selector: '*:not(th):not(th *)' });
    expect(screen.getByRole('meter', { name: 'Copy of a CIP: days gone' }).getAttribute('aria-valuetext')).toBe('day 4 of 10');
    await expectAccessible();
  });
});

const REQUEST_CLOCK = (received: string) => ({
  clock: 'CLK-CIP-REQ',
  title: 'Copy of a CIP',
  pack: 'Proposed IaaS rule',
  internal: false,
  unverified: false,
  preview: { day0: received, due: '2026-11-30', due_weekday: 'Monday', target: null, steps: ['+ 10 calendar days'], standing: '6 days left', doubt: received < '2025' ? `Is ${received} right?` : null },
});

describe('cases', () => {
  it('tell the due date before anything is recorded', async () => {
    fake.answer({
      case_preview: ({ received }) => [REQUEST_CLOCK(received)],
      files_pick: () => ({ handle: 'letter-0', names: ['chosen.pdf'] }),
      request_open: () => ({ case: 'REQ-2026-0002', clock: 'K-0002', due: '2026-11-30', filing: 'F4-2026-0002', doubt: null }),
    });
    router.go('#/cases');
    const list = render(Cases);
    await userEvent.click(await screen.findByRole('button', { name: 'Record a Department request…' }));
    expect(location.hash).toBe('#/request');
    list.unmount();
    render(NewRequest);
    await screen.findByText('2026-11-30');
    expect(screen.getByRole('button', { name: /Open request/ }).getAttribute('aria-disabled'), 'no reseller is chosen').toBe('true');
    await userEvent.click(await screen.findByRole('checkbox', { name: 'Lion City Hosting' }));
    await userEvent.type(screen.getByRole('textbox', { name: /reference/ }), 'BIS-42');
    await userEvent.click(screen.getByRole('button', { name: 'Choose it…' }));
    await screen.findByText(/chosen\.pdf/);
    fake.emit('dropped', { handle: 'letter-1', names: ['letter.pdf'] });
    await screen.findByText(/letter\.pdf/);
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Open request' }));
    await waitFor(() => expect(fake.requests('request_open')).toEqual([{ received: '2026-11-24', resellers: ['RS-0001'], reference: 'BIS-42', how: 'Letter', handle: 'letter-1' }]));
    expect(location.hash).toBe('#/request/REQ-2026-0002?step=2');
  });
  it('walk from the versions to what goes out and to its seal, and wait where something is missing', async () => {
    const asked = { ...made.request, filings: [made.filing.row] };
    fake.answer({ case_show: () => asked });
    router.go('#/request/REQ-2026-0001');
    render(Request, { params: { ref: 'REQ-2026-0001' } });
    await screen.findByText(/1 copy is neither here nor explained/);
    expect(screen.getByText('Which version applies').closest('li')?.getAttribute('aria-current')).toBe('step');
    await screen.findByText('Versions we hold');
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Next: What goes out' }));
    await screen.findByText('Index of the files');
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Next: Approve, seal and send' }));
    await screen.findByRole('button', { name: 'Approve and seal…' });
    await userEvent.click(screen.getByRole('button', { name: 'What arrived' }));
    await screen.findByText('What is known');
    expect(location.hash).toBe('#/request/REQ-2026-0001?step=1');
  });
  it('warn where a CIP is missing, and show how far they are', async () => {
    render(Case, { params: { ref: 'REQ-2026-0001' } });
    await screen.findByText(/No CIP of Lion City Hosting/);
    expect(screen.getByText('In review', { selector: '.words, .words *' }).closest('li')?.getAttribute('aria-current')).toBe('step');
    await expectAccessible();
  });
});

describe('forms', () => {
  it('are not emptied when something else was written meanwhile', async () => {
    fake.answer({ case_preview: ({ received }) => [REQUEST_CLOCK(received)] });
    router.go('#/request');
    render(NewRequest);
    await userEvent.click(await screen.findByRole('checkbox', { name: 'Lion City Hosting' }));
    const date = screen.getByRole('textbox', { name: /Received on/ });
    await userEvent.clear(date);
    await userEvent.type(date, '2026-11-19');
    invalidate();
    await waitFor(() => expect(fake.requests('status').length).toBeGreaterThan(1));
    expect([(date as HTMLInputElement).value, (screen.getByRole('checkbox', { name: 'Lion City Hosting' }) as HTMLInputElement).checked]).toEqual(['2026-11-19', true]);
  });
  it('ask about a day of receipt that lies years back, and open nothing until it is answered', async () => {
    fake.answer({ case_preview: ({ received }) => [REQUEST_CLOCK(received)], request_open: () => ({ case: 'REQ-2026-0002', clock: 'K-0002', due: '1998-01-15', filing: null, doubt: null }) });
    router.go('#/request');
    render(NewRequest);
    await userEvent.click(await screen.findByRole('checkbox', { name: 'Lion City Hosting' }));
    const date = screen.getByRole('textbox', { name: /Received on/ });
    await userEvent.clear(date);
    await userEvent.type(date, '1998-01-05');
    await screen.findByText('Is 1998-01-05 right?');
    const open = screen.getByRole('button', { name: /Open request/ });
    await userEvent.click(open);
    expect(fake.requests('request_open'), 'the question comes first').toEqual([]);
    await userEvent.click(screen.getByRole('checkbox', { name: 'Yes, it was received on that day' }));
    await expectAccessible();
    await userEvent.click(open);
    await waitFor(() => expect(fake.requests('request_open')).toMatchObject([{ received: '1998-01-05' }]));
  });
  it('of a reseller keep what is typed when the record is read again', async () => {
    render(Reseller, { params: { ref: 'RS-0001' } });
    await userEvent.click(await screen.findByRole('button', { name: 'Edit' }));
    const name = within(await screen.findByRole('dialog')).getByRole('textbox', { name: /Legal name/ });
    await userEvent.type(name, ' Pte Ltd');
    fake.answer({ reseller_show: () => structuredClone(made.reseller) });
    invalidate();
    await waitFor(() => expect(fake.requests('reseller_show').length).toBeGreaterThan(1));
    expect((name as HTMLInputElement).value).toBe('Lion City Hosting Pte Ltd');
  });
});

describe('a clock', () => {
  it('is corrected with a reason', async () => {
    fake.answer({ clock_show: () => ({ row: made.clock, revisions: [{ kind: 'corrected', due_before: '2026-12-02', due_after: '2026-11-30', reason: 'Stamped earlier', on: '2026-11-24', pack_before: null, document: null }], triggers: [{ event: 'department_request_received', label: 'It happened on', at: '2026-11-20' }], document: null, documents: [], targets: [], pauses: [], paused: false, filing: null, members: [], steps: [], cite: '', rule: '', confidence: 'seen', pack: made.PACK, zones: [], tzdb: '', events: [], stops_on: '', satisfied_by: null }), clock_correct: () => Promise.reject(failure('E-CLOCK-REASON', 'Write why the record was wrong.')) });
    render(ClockPage, { params: { ref: 'K-0001' } });
    await screen.findByText('Stamped earlier');
    expect(screen.getByText('Wed 2026-12-02').tagName, 'what stood before is struck through').toBe('S');
    await userEvent.click(screen.getByRole('button', { name: 'Correct the trigger…' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Correct it' }));
    await within(dialog).findByText('Write why the record was wrong.');
    expect(fake.requests('clock_correct')).toEqual([{ ref: 'K-0001', at: [{ event: 'department_request_received', at: '2026-11-20' }], reason: '' }]);
  });
});

describe('a case that turns', () => {
  it('asks for what a step needs, and records two values that do not fit without overwriting either', async () => {
    const move = { to: 'restricted', label: 'Restrict', allowed: true, blocked_by: [], approval: false, who: 'compliance officer', asks: 'which permissions were removed, and how the account is watched', proposed: null, asks_review: true, ends: false, duties: ['D-32'] };
    const odd = { id: 'D-1', about: 'C-000001', name: 'Ada', what: 'Date of birth', claimed: '1974-12-08', found: '1974-08-12', source: 'Passport', masked: false, substantive: true, resolution: null, by: 'Ana Lima', on: '2026-11-24' };
    fake.answer({
      customer_show: () => ({ ...made.customer, moves: [move], discrepancies: [odd], path: [{ label: 'Could not be verified', on: '2026-11-20', note: 'Two requests, no document', trigger: null, automatic: false, left_open: null, target: null, made_of: null }], terms: 'No new machines.' }),
      customer_advance: () => Promise.reject(failure('E-CASE-REVIEW', 'Write the day.')),
      discrepancy_save: () => Promise.reject(failure('U-01', 'Load it again.')),
    });
    router.go('#/customers/C-000001?tab=case');
    render(Customer, { params: { ref: 'C-000001' } });
    await screen.findByText('Two requests, no document');
    await userEvent.click(screen.getByRole('tab', { name: /Decisions/ }));
    expect(screen.getByText('No new machines.')).toBeTruthy();
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Restrict' }));
    let dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Which permissions were removed/ }), 'No new machines');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Restrict' }));
    await within(dialog).findByText('Write the day.');
    expect(fake.requests('customer_advance').at(-1)).toMatchObject({ to: 'restricted', reason: 'No new machines', passphrase: null });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    // What a dialog kept from the mouse is given back a moment after it is gone.
    await waitFor(() => expect(document.body.style.pointerEvents).not.toBe('none'));
    await userEvent.click(screen.getByRole('button', { name: 'Resolve…' }));
    dialog = await screen.findByRole('dialog', { name: 'Resolve a discrepancy' });
    await userEvent.type(within(dialog).getByRole('textbox', { name: /How it was resolved/ }), 'The passport is right');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Record it' }));
    await within(dialog).findByText('Load it again.');
    expect(fake.requests('discrepancy_save').at(-1)).toMatchObject({ id: 'D-1', claimed: '1974-12-08', found: '1974-08-12', resolution: 'The passport is right' });
  });
});

describe('the deadlines', () => {
  it('show every clock, whatever was put off, and start one with all its triggers', async () => {
    const choice = { pack: 'us-iaas-nprm-2024', pack_title: 'Proposed rule', clock: 'CLK-AI-DIRECT', title: 'AI training report', text: 'Report it.', cite: '15 CFR 7.308', unverified: false, limit: '15 calendar days', combine: 'The earliest date that can still be met governs.', triggers: [{ value: 'transaction', label: 'The covered transaction' }, { value: 'knowledge', label: 'It became known' }] };
    fake.answer({
      clock_list: () => [{ ...made.clock, snoozed_until: '2026-11-28', provisional: true }],
      clock_choices: () => [choice],
      clock_preview: ({ at }) => ({ day0: at[0]?.at ?? '', due: '2026-11-30', due_weekday: 'Monday', target: null, steps: [], standing: '6 days left', doubt: null }),
      clock_start: () => Promise.reject(failure('E-CLOCK-NOTE', 'Write in a sentence what happened.')),
    });
    router.go('#/clocks');
    render(Clocks);
    await screen.findByText('put off until Sat 2026-11-28');
    expect(screen.getByText('provisional')).toBeTruthy();
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Start a clock…' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(await within(dialog).findByRole('combobox', { name: /Which clock/ }));
    await userEvent.keyboard('{ArrowDown}{Enter}');
    await userEvent.type(await within(dialog).findByRole('textbox', { name: /The covered transaction/ }), '2026-11-10');
    expect(fake.requests('clock_preview'), 'one trigger of two is no date').toEqual([]);
    await userEvent.type(within(dialog).getByRole('textbox', { name: /It became known/ }), '2026-11-15');
    await within(dialog).findByText('6 days left');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Start the clock' }));
    await within(dialog).findByText('Write in a sentence what happened.');
    expect(fake.requests('clock_start').at(-1)).toEqual({ pack: 'us-iaas-nprm-2024', clock: 'CLK-AI-DIRECT', at: [{ event: 'transaction', at: '2026-11-10' }, { event: 'knowledge', at: '2026-11-15' }], subject: 'programme', note: '', provisional: false });
  });
});

describe('a step of a case', () => {
  it('asks for its evidence and its day, and says what it does to the clock', async () => {
    fake.answer({ case_advance: () => Promise.reject(failure('E-CASE-WORDS', 'Write the withdrawal.')) });
    router.go('#/cases/REQ-2026-0001');
    render(Case, { params: { ref: 'REQ-2026-0001' } });
    await userEvent.click(await screen.findByRole('button', { name: 'Record the withdrawal…' }));
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText('The clocks end: nothing is owed any longer.');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Write down/ }), 'Letter of 24 November');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Record it' }));
    await within(dialog).findByText('Write the withdrawal.');
    expect(fake.requests('case_advance').at(-1)).toMatchObject({ ref: 'REQ-2026-0001', to: 'withdrawn', note: 'Letter of 24 November', passphrase: null });
  });
  it('asks about a day that an earlier step speaks against, and records nothing until it is answered', async () => {
    const question = 'The notice says that the termination takes effect on Fri 2026-12-18. Did it take effect on Thu 2026-12-10 already?';
    fake.answer({ case_doubt: ({ at }) => (at === '2026-12-10' ? { code: 'E-FAILURE-EARLY', question } : null), case_advance: () => made.request });
    router.go('#/cases/REQ-2026-0001');
    render(Case, { params: { ref: 'REQ-2026-0001' } });
    await userEvent.click(await screen.findByRole('button', { name: 'Record the withdrawal…' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Write down/ }), 'Letter of 24 November');
    const when = within(dialog).getByRole('textbox', { name: /It happened on/ });
    await userEvent.clear(when);
    await userEvent.type(when, '2026-12-10');
    await within(dialog).findByText(question);
    const record = within(dialog).getByRole('button', { name: /^Record it/ });
    await userEvent.click(record);
    expect(fake.requests('case_advance'), 'the question comes first').toEqual([]);
    await expectAccessible();
    await userEvent.click(within(dialog).getByRole('checkbox', { name: 'Yes, it happened on that day' }));
    await userEvent.click(record);
    await waitFor(() => expect(fake.requests('case_advance')).toMatchObject([{ to: 'withdrawn', at: '2026-12-10' }]));
  });
  it('is found by its words, with what keeps it back', async () => {
    const [withdrawal, extension] = made.request.moves;
    const shut = { ...extension!, allowed: false, blocked_by: ['It was not asked for yet.'] };
    fake.answer({ case_show: () => ({ ...made.request, moves: [withdrawal!, shut] }) });
    router.go('#/cases/REQ-2026-0001');
    render(Case, { params: { ref: 'REQ-2026-0001' } });
    await screen.findByRole('button', { name: 'Record the withdrawal…' });
    const found = (title: string) => actions().find((action) => action.title === title);
    expect(found('Record an extension')?.blocked?.()).toBe('It was not asked for yet.');
    expect(found('Record the withdrawal')?.blocked?.()).toBeNull();
    found('Record the withdrawal')?.run();
    await within(await screen.findByRole('dialog')).findByText('The clocks end: nothing is owed any longer.');
  });
});

describe('a step that ends a case', () => {
  it('lists what is still open, and is recorded over it with a reason alone', async () => {
    const open = [{ kind: 'task', kind_label: 'Task not done', at: 'REQ-2026-0001/T-1', what: 'Ring them', tab: null, must: false }];
    const shown = { ...made.request, open };
    fake.answer({ case_show: () => shown, case_advance: () => shown });
    router.go('#/cases/REQ-2026-0001');
    render(Case, { params: { ref: 'REQ-2026-0001' } });
    await userEvent.click(await screen.findByRole('button', { name: 'Record the withdrawal…' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByRole('link', { name: 'Ring them' }).getAttribute('href')).toBe('#/cases/REQ-2026-0001');
    await expectAccessible();
    const record = within(dialog).getByRole('button', { name: /^Record it/ });
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Write down/ }), 'Letter of 24 November');
    await userEvent.click(record);
    expect(fake.requests('case_advance').length, 'nobody said why').toBe(0);
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Close anyway/ }), 'They rang us');
    await userEvent.click(record);
    await waitFor(() => expect(fake.requests('case_advance').at(-1)).toMatchObject({ to: 'withdrawn', leave_open: 'They rang us' }));
  });
});

describe('the oversight of a reseller', () => {
  it('says what must be done, and records a review with its pages', async () => {
    fake.answer({ cip_review: () => made.oversight });
    render(Reseller, { params: { ref: 'RS-0001' } });
    await screen.findByText('None is recorded (D-73)');
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Review it…' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByRole('textbox', { name: 'Page: Name' }), '4');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Record the review' }));
    await waitFor(() => expect(fake.requests('cip_review').at(-1)).toMatchObject({ ref: 'RS-0001', cip: 'CIP-0001', marks: [{ id: 'name', standing: 'unclear', page: '4' }] }));
  });
});

describe('a buyer that a reseller stated', () => {
  it('is taken into the chain by a person, who says what it is', async () => {
    fake.answer({ buyer_take: () => made.oversight });
    render(Reseller, { params: { ref: 'RS-0001' } });
    await userEvent.click(await screen.findByRole('button', { name: 'Add Merlion Resale…' }));
    const dialog = within(await screen.findByRole('dialog'));
    await expectAccessible();
    await userEvent.click(dialog.getByRole('combobox', { name: /It is/ }));
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    await userEvent.click(dialog.getByRole('button', { name: /^Add$|^Add Say/ }));
    expect(fake.requests('buyer_take'), 'nobody said which').toEqual([]);
    await userEvent.type(dialog.getByRole('textbox', { name: /Which customer/ }), 'C-000012');
    await userEvent.click(dialog.getByRole('button', { name: /^Add$|^Add Say/ }));
    await waitFor(() => expect(fake.requests('buyer_take').at(-1)).toEqual({ ref: 'RS-0001', name: 'Merlion Resale', record: 'C-000012' }));
  });
});

describe('a part of a case', () => {
  it('takes its own steps, by a form made of their questions, and says what keeps it from one', async () => {
    fake.answer({ case_item_advance: () => Promise.reject(failure('E-ANSWER-MISSING', 'The clause it rests on: this must be answered.', { problems: [{ field: 'clause', code: 'E-ANSWER-MISSING', message: 'The clause it rests on: this must be answered.' }] })) });
    router.go('#/cases/REQ-2026-0001');
    render(Case, { params: { ref: 'REQ-2026-0001' } });
    await userEvent.click(await screen.findByRole('button', { name: 'Record a step of Lion City Hosting' }));
    await screen.findByText(/File it with its date first/);
    await userEvent.click(await screen.findByText('Record the demand…'));
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Record it' }));
    await waitFor(() => expect(within(dialog).getByRole('textbox', { name: /clause/ }).getAttribute('aria-invalid')).toBe('true'));
    await userEvent.type(within(dialog).getByRole('textbox', { name: /clause/ }), 'Section 9.2');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Record it' }));
    expect(fake.requests('case_item_advance').at(-1)).toMatchObject({ ref: 'REQ-2026-0001', item: 'I-1', to: 'demanded', answers: [{ id: 'clause', values: ['Section 9.2'] }] });
    await expectAccessible();
  });
});

describe('a filing', () => {
  it('groups its checks, links them, and is sealed only when nothing blocks', async () => {
    router.go('#/filings/F4-2026-0001');
    render(Filing, { params: { ref: 'F4-2026-0001' } });
    await screen.findByText('No CIP and no reason.');
    expect(screen.getAllByRole('heading', { level: 3 }).map((one) => one.textContent?.replaceAll(/\s+/g, ' ').trim())).toEqual(['Blocking 1', 'Warnings 1', 'Passed 1']);
    expect(screen.getAllByRole('link', { name: 'RS-0001' }).map((one) => one.getAttribute('href'))).toEqual(['#/resellers/RS-0001', '#/resellers/RS-0001']);
    expect(screen.getByRole('button', { name: /Approve and seal/ }).getAttribute('aria-disabled')).toBe('true');
    await expectAccessible();
  });
  it('writes an item where it stands, row by row under the key of its record, or as unknown', async () => {
    fake.answer({ filing_edit: () => made.filing });
    render(Filing, { params: { ref: 'F4-2026-0001' } });
    await userEvent.click(await screen.findByRole('button', { name: 'Edit Not supplied' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Reason, row 1/ }), 'Refused');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(fake.requests('filing_edit')).toEqual([{ ref: 'F4-2026-0001', revision: 2, answers: [{ item: 'missing', rows: [{ key: 'RS-0001', cells: { owner: 'Sahel Datacenter', reason: 'Refused' } }], unknown: null }] }]));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await userEvent.click(await screen.findByRole('button', { name: 'Edit Not supplied' }));
    const again = await screen.findByRole('dialog');
    await userEvent.click(within(again).getByRole('checkbox', { name: /Unknown/ }));
    await userEvent.type(within(again).getByRole('textbox', { name: /Asked on/ }), '2026-11-24');
    await userEvent.click(within(again).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(fake.requests('filing_edit').at(-1)).toMatchObject({ answers: [{ item: 'missing', rows: [], unknown: { asked_on: '2026-11-24' } }] }));
  });
  it('asks for the passphrase and the reason of one person alone, and forgets the passphrase', async () => {
    fake.answer({ filing_show: () => ({ ...made.filing, sealable: true, findings: [] }), filing_seal: () => Promise.reject(failure('V-04', 'That passphrase does not open the identity.')) });
    render(Filing, { params: { ref: 'F4-2026-0001' } });
    await userEvent.click(await screen.findByRole('button', { name: /Approve and seal/ }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Why one person/ }), 'Alone');
    const passphrase = within(dialog).getByLabelText(/Your passphrase, again/);
    await userEvent.type(passphrase, 'secret');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Approve and seal' }));
    await within(dialog).findByText('That passphrase does not open the identity.');
    expect((passphrase as HTMLInputElement).value, 'a wrong passphrase does not stay in the page').toBe('');
    expect(fake.requests('filing_seal')).toEqual([{ ref: 'F4-2026-0001', label: null, passphrase: 'secret', override_reason: 'Alone', sign_with: null }]);
  });
});

describe('the calendar', () => {
  it('shows a month, an agenda, and exports as much as is chosen', async () => {
    fake.answer({ calendar: () => ({ clocks: [made.clock], holidays: [{ date: '2026-11-26', due: 0, holiday: 'Thanksgiving Day' }] }), calendar_export: () => ({ name: 'deadlines.ics', bytes: 1 }) as never });
    router.go('#/calendar');
    render(Calendar);
    await screen.findByText('Thanksgiving Day');
    expect(screen.getByRole('link', { name: /Lion City Hosting ?, Copy of a CIP, 6 days left/ }).getAttribute('href')).toBe('#/clocks/K-0001');
    expect(fake.requests('calendar').at(-1)).toEqual({ from: '2026-11-01', to: '2026-12-05' });
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Export .ics…' }));
    await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Export…' }));
    await waitFor(() => expect(fake.requests('calendar_export')).toEqual([{ privacy: 'generic' }]));
  });
  it.each(['x', '2026-13', '<script>', '2026-11-24'])('is of this month where the address names none: %s', async (month) => {
    fake.answer({ calendar: () => ({ clocks: [], holidays: [] }) });
    router.go(`#/calendar?month=${encodeURIComponent(month)}`);
    render(Calendar);
    await screen.findByText('November 2026');
    expect(fake.requests('calendar').at(-1)).toEqual({ from: '2026-11-01', to: '2026-12-05' });
  });
});

describe('the review', () => {
  it('settles what is ready under one signature, without what was taken out, and forgets the passphrase', async () => {
    const row = (ref: string, needs: string[]) => ({ ref, name: `Ada ${ref}`, name_original: null, country: 'US', us_status: 'us' as const, to: 'us_cleared', decision: 'Clear as U.S.', basis: 'Passport', people: 2, revision: 7, needs });
    fake.answer({ review_queue: () => ({ ready: [row('C-000001', []), row('C-000002', [])], waiting: [row('C-000003', ['Anna is not determined yet (D-10).'])], more: 0, again: [{ ref: 'C-000009', name: 'Old Friend', risk: 'High', on: '2026-11-20', overdue: true }], again_more: 0 }), customers_decide: () => Promise.reject(failure('V-04', 'That passphrase does not open the identity.')) });
    router.go('#/review');
    render(Review);
    await screen.findByText('Anna is not determined yet (D-10).');
    await expectAccessible();
    await userEvent.click(screen.getByRole('checkbox', { name: 'Include C-000002' }));
    await userEvent.click(screen.getByRole('button', { name: 'Clear as U.S.: 1 case…' }));
    const dialog = await screen.findByRole('dialog');
    const passphrase = within(dialog).getByLabelText(/Your passphrase, again/);
    await userEvent.type(passphrase, 'secret');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Clear as U.S.' }));
    await within(dialog).findByText('That passphrase does not open the identity.');
    expect((passphrase as HTMLInputElement).value).toBe('');
    expect(fake.requests('customers_decide')).toEqual([{ cases: [{ ref: 'C-000001', revision: 7 }], to: 'us_cleared', reason: '', approver: null, passphrase: 'secret', override_reason: null }]);
  });
});

describe('retention', () => {
  const kept = (ref: string, stage: string, stage_label: string) => ({ ref, name: `Ada ${ref}`, status: 'Closed', stage, stage_label, eligible_on: '2026-11-01', applied: ['us-iaas-nprm-2024 1.0.0, CLK-RETAIN through 2026-10-31'], why: [] });
  const disposal = { ref: 'DSP-2026-0001', customers: ['C-000009'], approved_on: '2026-11-20', approved_by: 'Dana Whitfield', override_reason: null, done_on: null, destroyed: [], index_sha256: null };
  const view = { as_of: '2026-11-24', rows: [kept('C-000001', 'eligible', 'May be disposed of'), kept('C-000002', 'held', 'On hold')], months: [{ month: '2026-11', count: 2 }], holds: [], disposals: [disposal], needs_override: true };
  it('lets only those be chosen who may go, and forgets the passphrase', async () => {
    fake.answer({ retention: () => view, disposal_approve: () => Promise.reject(failure('V-04', 'That passphrase does not open the identity.')) });
    router.go('#/retention');
    render(Retention);
    await screen.findByText('On hold');
    await expectAccessible();
    expect(screen.queryByRole('checkbox', { name: 'Choose C-000002' }), 'a hold covers it').toBeNull();
    await userEvent.click(screen.getByRole('checkbox', { name: 'Choose C-000001' }));
    await userEvent.click(screen.getByRole('button', { name: 'Approve disposal: 1 customer…' }));
    const dialog = await screen.findByRole('dialog');
    const passphrase = within(dialog).getByLabelText(/Your passphrase, again/);
    await userEvent.type(passphrase, 'secret');
    await userEvent.type(within(dialog).getByLabelText(/Why one person/), 'Alone');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Approve' }));
    await within(dialog).findByText('That passphrase does not open the identity.');
    expect((passphrase as HTMLInputElement).value).toBe('');
    expect(fake.requests('disposal_approve')).toEqual([{ customers: ['C-000001'], approver: null, passphrase: 'secret', override_reason: 'Alone' }]);
  });
  it('destroys nothing before its reference was typed', async () => {
    fake.answer({ retention: () => view, disposal_run: () => view });
    router.go('#/retention?tab=disposals');
    render(Retention);
    await userEvent.click(await screen.findByRole('button', { name: 'Carry out DSP-2026-0001…' }));
    const dialog = await screen.findByRole('dialog');
    const destroy = within(dialog).getByRole('button', { name: /Destroy the records/ });
    expect(destroy.getAttribute('aria-disabled')).toBe('true');
    await userEvent.type(within(dialog).getByLabelText(/Type DSP-2026-0001/), 'DSP-2026-0001');
    await userEvent.click(destroy);
    await waitFor(() => expect(fake.requests('disposal_run')).toEqual([{ ref: 'DSP-2026-0001' }]));
  });
});

describe('the access log', () => {
  it('is asked when the question is whole, and says what a network looks like', async () => {
    fake.answer({ access_list: ({ ip }) => (ip === '203.0.113' ? Promise.reject(failure('E-ACCESS-ADDRESS', 'That is no address.')) : { rows: [{ account: 'acct-1', customer: 'C-000001', at: '2026-11-20T10:00:00Z', ip: '203.0.113.9', action: 'login', entry: 12 }], more: true, zone: 'America/New_York' }) });
    router.go('#/access');
    render(Access);
    await screen.findByText('2026-11-20 10:00:00');
    await expectAccessible();
    await userEvent.type(screen.getByRole('textbox', { name: /Address or network/ }), '203.0.113');
    expect(fake.requests('access_list').length, 'nothing is asked while it is typed').toBe(1);
    await userEvent.click(screen.getByRole('button', { name: 'Search' }));
    await screen.findByText('That is no address.');
    expect(fake.requests('access_list').at(-1)).toMatchObject({ ip: '203.0.113', account: null, offset: 0 });
  });
});

describe('a rehearsal', () => {
  it('shows the letter, what is wrong with a remedy, and goes to the next morning', async () => {
    fake.answer({
      drill: () => ({ letter: ['Reference BIS-REHEARSAL-2027', '- Lion City'], arrived: 'Fri 2027-01-15 16:55 in New York', now: 'Fri 2027-01-15 17:02 in New York', due: null, tasks: [{ label: 'The request is recorded', standing: 'wrong', note: 'It arrived on 2027-01-15.', at: null, took: null }], verdict: 'running', sentence: '5 things are still to be done.' }),
      drill_skip: () => Promise.reject(failure('E-DRILL-NONE', 'This vault is no rehearsal.')),
    });
    router.go('#/drill');
    render(Drill);
    await screen.findByText('It arrived on 2027-01-15.');
    expect(screen.getByText(/It is Fri 2027-01-15 17:02/)).toBeTruthy();
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Go to the next morning' }));
    await screen.findByText('This vault is no rehearsal.');
  });
});

describe('a rule pack', () => {
  it('shows old and new dates before it is adopted, and moves only the clocks that are ticked', async () => {
    const note = { ...made.PACK, version: '1.1.0', title: 'Final rule', reviewed: false };
    const row = { key: `${made.PACK.id}@1.0.0`, note: { ...note, version: '1.0.0' }, in_use: true, leads: true, source: 'built in', vouched: 'Part of CIP Desk.', running: 1, newer: null, clocks: [] };
    fake.answer({
      pack_list: () => [row],
      pack_show: () => ({ note, sha256: '', parts: [] }),
      pack_offer: () => ({ handle: 'h1', note, sha256: 'ab'.repeat(32), vouched: 'Unsigned: nobody vouches for this pack.', replaces: '1.0.0', differences: [], clocks: [{ ref: 'K-0001', kind: 'Copy of a CIP', subject: 'Lion City', due_before: '2026-11-30', due_after: '2026-12-05' }], fields: [], blocked_by: [] }),
      pack_adopt: () => [row],
    });
    router.go('#/rules?tab=packs');
    render(Rules);
    await userEvent.click(await screen.findByRole('button', { name: 'Adopt a pack from a file…' }));
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText('Unsigned: nobody vouches for this pack.');
    expect([within(dialog).getByText('Mon 2026-11-30'), within(dialog).getByText('Sat 2026-12-05')].length).toBe(2);
    await expectAccessible();
    await userEvent.click(within(dialog).getByRole('checkbox', { name: 'Take over K-0001' }));
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Why it is adopted/ }), 'Published on Monday');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Adopt it' }));
    await waitFor(() => expect(fake.requests('pack_adopt')).toEqual([{ handle: 'h1', reason: 'Published on Monday', clocks: ['K-0001'] }]));
  });
});

describe('the rules', () => {
  const note = { ...made.PACK, title: 'Proposed rule', reviewed: false };
  it('show each demand with its paragraph and what nobody has verified, and try another limit', async () => {
    fake.answer({
      pack_list: () => [{ key: `${note.id}@${note.version}`, note, in_use: true, leads: true, source: 'built in', vouched: 'Part of CIP Desk.', running: 0, newer: null, clocks: [{ id: 'CLK-CIP-REQ', title: 'Copy of a CIP', n: 10, unit: 'calendar days' }] }],
      pack_show: () => ({ note, sha256: '', parts: [{ title: 'Clocks', demands: [{ id: 'CLK-IRREGULAR', label: 'Irregular update', facts: [{ value: '15', label: 'n' }], text: 'Update within fifteen days.', cite: '15 CFR 7.304', confidence: 'memory-low', verified: false }] }] }),
      pack_simulate: () => ({ title: 'Copy of a CIP', rows: [], late_then: 0, late_now: 0 }),
    });
    router.go('#/rules');
    render(Rules);
    await screen.findByText('Update within fifteen days.');
    expect(screen.getByText('1 item not verified against the rule')).toBeTruthy();
    expect(screen.getByText(/From memory, and doubtful/)).toBeTruthy();
    await expectAccessible();
    await userEvent.click(screen.getByRole('tab', { name: 'What if…' }));
    await userEvent.type(await screen.findByRole('textbox', { name: /Instead of 10 calendar days/ }), '15');
    await userEvent.click(screen.getByRole('button', { name: 'Try it' }));
    await screen.findByText(/Nothing was changed/);
    expect(fake.requests('pack_simulate')).toEqual([{ clock: 'CLK-CIP-REQ', n: 15 }]);
  });
});

describe('duplicates and connections', () => {
  const side = (ref: string, name: string) => ({ ref, name, name_original: null, kind: 'individual' as const, country: 'RU', status_label: 'Draft', external_id: null, accounts: 1, revision: 3 });
  const candidate = { one: side('C-000001', 'Ivan Petrov'), other: side('C-000002', 'Petrov, Ivan'), score: 65, reasons: [{ words: 'The same e-mail, ivan@example.org', points: 30 }, { words: 'Different dates of birth', points: -35 }] };
  const found = { candidates: [candidate], more: 0, too_common: 1, merges: [] };
  const hit = (kind: string, value: string, who: string[]) => ({ kind, kind_label: kind, value, count: who.length, who: who.map((ref) => ({ ref, name: `Person ${ref}`, status_label: 'Draft', through: null })), note: null });

  it('merge with the values that a person chose, against the revisions that were compared', async () => {
    const { default: Likeness } = await import('./likeness/Likeness.svelte');
    fake.answer({
      duplicates: () => found,
      radar: () => ({ hits: [], more: 0 }),
      merge_preview: () => ({ kept: candidate.one, other: candidate.other, fields: [{ id: 'phone', label: 'Telephone', multiple: true, kept: ['+1'], other: ['+2'], usual: 'kept' }, { id: 'email', label: 'E-mail', multiple: true, kept: ['a@b.c'], other: ['a@b.c'], usual: 'kept' }], moves: ['1 account'], blocked_by: [], reopens: true }),
      customers_merge: () => made.customer,
    });
    router.go('#/likeness');
    render(Likeness);
    await screen.findByText('The same e-mail, ivan@example.org');
    await expectAccessible();
    await userEvent.click(screen.getByRole('button', { name: /Compare and merge/ }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getAllByRole('radio')).toHaveLength(3);
    await userEvent.click(dialog.getByRole('radio', { name: 'Both' }));
    await userEvent.type(dialog.getByRole('textbox', { name: /Why they are one/ }), 'Signed up twice');
    await expectAccessible();
    await userEvent.click(dialog.getByRole('button', { name: 'Merge' }));
    await waitFor(() => expect(fake.requests('customers_merge').at(-1)).toEqual({ keep: 'C-000001', keep_revision: 3, other: 'C-000002', other_revision: 3, takes: [{ id: 'phone', take: 'both' }], reason: 'Signed up twice' }));
  });
  it('are drawn with words for who cannot see the drawing', async () => {
    const { default: Likeness } = await import('./likeness/Likeness.svelte');
    fake.answer({ duplicates: () => found, radar: () => ({ hits: [hit('ip', '203.0.113.9', ['C-000001', 'C-000002']), hit('phone', '+44', ['C-000001', 'C-000002'])], more: 0 }) });
    router.go('#/likeness?tab=radar');
    render(Likeness);
    expect(await screen.findByRole('group', { name: 'ip 203.0.113.9 is shared by Person C-000001, Person C-000002.' })).toBeTruthy();
    expect(document.querySelectorAll('svg[role=group] path')).toHaveLength(4);
    await userEvent.click(screen.getByRole('button', { name: /Draw phone/ }));
    expect(await screen.findByRole('group', { name: /^phone/ })).toBeTruthy();
    await expectAccessible();
  });
});

describe('letters', () => {
  const text = { audience: 'customer', id: 'refusal', language: 'en', version: 1, title: 'Refusal of the application', subject: 'We cannot open an account', body: 'Write by {answer_by}.', effective_from: null, placeholders: ['answer_by'], duties: ['D-31'], earlier: [] };
  it('are filled from the record, and not kept while a placeholder is left', async () => {
    fake.answer({
      template_list: () => [text],
      letter_preview: () => ({ template: 'refusal', version: 1, language: 'en', to: 'Jürgen Müller', subject: text.subject, body: text.body, unfilled: ['answer_by'] }),
      letter_save: () => made.customer,
    });
    customer('?tab=letters');
    await userEvent.click(await screen.findByRole('button', { name: /Write a letter/ }));
    await userEvent.click(await screen.findByRole('button', { name: 'Fill it in' }));
    await screen.findByText('Not known from the record: {answer_by}. Fill them in.');
    const words = screen.getByRole('textbox', { name: /^Text/ });
    await expectAccessible();
    await userEvent.clear(words);
    await userEvent.type(words, 'Write by 2026-12-01.');
    await userEvent.click(screen.getByRole('button', { name: 'Save the letter' }));
    await waitFor(() => expect(fake.requests('letter_save').at(-1)).toMatchObject({ template: 'refusal', body: 'Write by 2026-12-01.' }));
  });
  it('and memos begin from a text of their place, and say what is left to write', async () => {
    const memo = { ...text, audience: 'case_step', id: 'case-closing', title: 'Closing memo of a case' };
    fake.answer({
      template_list: () => [text, memo],
      memo_preview: () => ({ template: 'case-closing', version: 3, language: 'en', to: '', subject: '', body: 'Steps: received.\nLearnt: {because}', unfilled: ['because'] }),
      case_advance: () => made.request,
    });
    router.go('#/cases/REQ-2026-0001');
    render(Case, { params: { ref: 'REQ-2026-0001' } });
    await userEvent.click(await screen.findByRole('button', { name: 'Record the withdrawal…' }));
    const dialog = within(await screen.findByRole('dialog'));
    const words = dialog.getByRole('textbox', { name: /Write down/ });
    await userEvent.type(words, 'Rang them.');
    await userEvent.click(await dialog.findByRole('button', { name: 'Start from “Closing memo of a case”' }));
    await dialog.findByText('Still to fill in: {because}');
    expect((words as HTMLTextAreaElement).value, 'what was typed stays').toBe('Rang them.\n\nSteps: received.\nLearnt: {because}');
    expect(fake.requests('memo_preview').at(-1)).toEqual({ template: 'case-closing', language: 'en', about: 'REQ-2026-0001', part: null, typed: [] });
    await expectAccessible();
    await userEvent.click(dialog.getByRole('button', { name: 'Record it' }));
    await waitFor(() => expect(fake.requests('case_advance').at(-1)).toMatchObject({ made_of: { template: 'case-closing', version: 3, language: 'en' } }));
  });
  it('and memos of a part know which part they are about, and the note keeps its text', async () => {
    const memo = { ...text, audience: 'part_step', id: 'part-contact', title: 'Note of a contact about a part of a case' };
    const group = made.request.parts[0]!;
    const remind = { ...group.rows[0]!.moves[0]!, to: 'reminded', label: 'Record a reminder', words: 'how the reseller was reminded, and what it said', asks: [], asks_when: false };
    const row = { ...group.rows[0]!, made_of: ['Note of a contact about a part of a case, version 1, en'], moves: [remind] };
    fake.answer({
      template_list: () => [text, { ...memo, audience: 'case_step', id: 'case-closing', title: 'Closing memo of a case' }, memo],
      case_show: () => ({ ...made.request, parts: [{ ...group, rows: [row] }] }),
      memo_preview: () => ({ template: 'part-contact', version: 1, language: 'en', to: '', subject: '', body: 'Contact about Lion City Hosting.', unfilled: [] }),
      case_item_advance: () => made.request,
    });
    router.go('#/cases/REQ-2026-0001');
    render(Case, { params: { ref: 'REQ-2026-0001' } });
    await screen.findByText('Made of Note of a contact about a part of a case, version 1, en');
    await userEvent.click(screen.getByRole('button', { name: 'Record a reminder…' }));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(await dialog.findByRole('button', { name: 'Start from “Note of a contact about a part of a case”' }));
    await waitFor(() => expect((dialog.getByRole('textbox', { name: /Write down/ }) as HTMLTextAreaElement).value).toBe('Contact about Lion City Hosting.'));
    expect(fake.requests('memo_preview').at(-1)).toEqual({ template: 'part-contact', language: 'en', about: 'REQ-2026-0001', part: 'I-1', typed: [] });
    await expectAccessible();
    await userEvent.click(dialog.getByRole('button', { name: 'Record it' }));
    await waitFor(() => expect(fake.requests('case_item_advance').at(-1)).toMatchObject({ item: 'I-1', to: 'reminded', made_of: { template: 'part-contact', version: 1, language: 'en' } }));
  });
  it('leave out of the register nobody who could not be verified', async () => {
    const { default: Register } = await import('./register/Register.svelte');
    const row = { ref: 'C-000001', name: 'Ann Lee', country: 'GB', accounts: ['acct-1'], since: '2026-11-01', missing: ['Telephone number'], reasons: 'Three attempts, no answer', attempts: 3, planned: '2026-12-01', measure: 'restricted', measure_label: 'Restricted on terms', measure_on: '2026-11-03', measure_note: 'No GPU', resolved: false, open_redress: 1 };
    fake.answer({ register: ({ as_of }) => ({ as_of: as_of ?? '2026-11-24', rows: [row], open: 1, resolved: 0, by_measure: [{ value: 'Restricted on terms', count: 1 }] }) });
    router.go('#/register');
    render(Register);
    await screen.findByText('Three attempts, no answer');
    expect(screen.getByRole('link', { name: '1 complaint open' }).getAttribute('href')).toBe('#/customers/C-000001?tab=letters');
    await expectAccessible();
  });
});
