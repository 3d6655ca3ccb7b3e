import type { Beside, CaseView, CipView, ClockRow, CustomerView, DocumentRow, FilingView, OversightView, ResellerView, RecordWork, ReviewSheet, TaskRow } from '$lib/contract/bindings';

/** Invented records for component tests. */
export const PACK = { id: 'us-iaas-nprm-2024', version: '1.0.0', status: 'withdrawn', banner: 'Proposed in 2024, reported withdrawn; not in force.' };

export const NOTHING: Beside = { comments: 0, tasks: 0, assignee: null, due: null, tags: [] };

const RULE = { cite: '15 CFR 7.302 (proposed)', text: 'Collect an address.', confidence: 'seen', verified: true };

export const clock: ClockRow = {
  ref: 'K-0001',
  clock: 'CLK-CIP-REQ',
  kind: 'Copy of a CIP',
  subject: 'Lion City Hosting',
  subject_ref: 'RS-0001',
  case: 'REQ-2026-0001',
  day0: '2026-11-20',
  due: '2026-11-30',
  target: '2026-11-30',
  cutoff: '2026-12-01T04:59:59Z',
  status: 'running',
  days_left: 6,
  standing: '6 days left',
  band: 'next_ten',
  provisional: false,
  blocker: null,
  statutory: true,
  unverified: false,
  pack: 'us-iaas-nprm-2024',
  direction: 'deadline',
  assignee: null,
  snoozed_until: null,
  target_next: null,
  activity: null,
  also: [],
};

export const paper: DocumentRow = {
  id: 'd1',
  subject: 'C-000001',
  type: 'passport',
  type_label: 'Passport',
  name: 'passport.png',
  media_type: 'image/png',
  bytes: 1200,
  sha256: 'ab'.repeat(32),
  recorded_at: '2026-11-24T10:00:00Z',
  recorded_by: 'Ana Lima',
  marks: [],
  previewable: true,
  replaces: null,
};

const field = (id: string, label: string, values: string[], more = {}) => ({ id, label, input: 'text', values, multiple: false, required: true, present: values.length > 0, absent_reason: null, rule: RULE, source: 'First record', recorded_at: '2026-11-24T10:00:00Z', recorded_by: 'Ana Lima', notes: [], masked: false, proofs: [], off: false, ...more });

export const customer: CustomerView = {
  row: { ref: 'C-000001', external_id: 'K-17', name: 'Jürgen Müller', name_original: null, kind: 'individual', country: 'DE', us_status: 'foreign', status: 'collecting', risk: null, missing: 2, changed_at: '2026-11-24T10:00:00Z', beside: NOTHING },
  revision: 3,
  status_label: 'Collecting information',
  sections: [
    { id: 'identity', title: 'Identity', fields: [field('full_legal_name', 'Full legal name', ['Jürgen Müller'])] },
    { id: 'place', title: 'Address and places of use', fields: [field('street_address', 'Street address', [], { input: 'long' }), field('use_locations', 'Places of use', ['Hamburg', 'Kiel'], { multiple: true })] },
  ],
  completeness: {
    required: 9,
    present: 7,
    gaps: [
      { field: 'street_address', label: 'Street address', tab: 'identity', part: null, rule: RULE },
      { field: 'notice_delivered', label: 'Notice to the customer', tab: 'case', part: null, rule: null },
    ],
  },
  owners: [],
  ownership_note: null,
  none_identified: null,
  accounts: [{ id: 'A-1', account_ref: 'acct-4711', state: 'restricted', products: '', opened_on: null, closed_on: null, resold_to_foreign: null, last_access: null, access_records: 0, recent_ips: [], payments: [], proofs: [], added: [] }],
  documents: [paper],
  determinations: [],
  letters: [],
  risk: { tier: 'medium', tier_label: 'Medium', by_points: 'Medium', points: 30, given: [{ label: 'A foreign person, or not shown to be a U.S. person', points: 10, why: 'The customer is a foreign person' }], decided: null, stated: null, table: 'Points and tiers are those of us-iaas-nprm-2024 1.0.0.', pack: 'us-iaas-nprm-2024', tiers: [{ value: 'low', label: 'Low (from 0 points)' }], reverify_on: null },
  redress: [],
  merged_into: null,
  verifications: [],
  verified: false,
  moves: [{ to: 'status_review', label: 'Send to U.S.-person review', allowed: false, blocked_by: ['Street address is missing.'], approval: false, who: 'analyst', asks: null, proposed: null, asks_review: false, ends: false, duties: [] }],
  open: [],
  due: [],
  checklist: [],
  signatories: [],
  signatory_roles: [{ value: 'signatory', label: 'Signatory' }],
  red_flags: [],
  flags: [{ value: 'scanning', label: 'Scanning' }],
  abandoned_on: null,
  discrepancies: [],
  reviews: [],
  expiring: [],
  situations: [{ value: 'not_in_person', label: 'A customer who is not met in person' }],
  path: [],
  terms: null,
  notice: null,
  clocks: [],
  custom: [],
  us_tests: [
    { value: 'citizen', label: 'U.S. citizen' },
    { value: 'none_met', label: 'None of these: a foreign person' },
  ],
};

export const reseller: ResellerView = {
  row: { ref: 'RS-0001', name: 'Lion City Hosting', country: 'SG', country_name: 'Singapore', foreign: true, state: 'active', cip_version: '2026.1', cip_effective: '2026-01-01', open_clocks: 1, next_due: '2026-11-30', next_standing: '6 days left' },
  revision: 1,
  address: null,
  email: null,
  notes: null,
  cips: [{ ref: 'CIP-0001', version: '2026.1', effective_from: '2026-01-01', effective_to: null, document: { ...paper, name: 'cip.pdf' }, received_on: '2026-01-05' }],
  cases: [],
  clocks: [clock],
  documents: [],
};

const CIP: CipView = {
  ref: 'CIP-0001',
  version: '2026.1',
  effective_from: '2026-01-01',
  effective_to: null,
  received_on: '2026-01-05',
  document: { id: 'doc-cip', subject: 'RS-0001', type: 'cip', type_label: 'CIP document', name: 'cip.pdf', media_type: 'application/pdf', bytes: 1200, sha256: '0'.repeat(64), recorded_at: '2026-01-05T10:00:00Z', recorded_by: 'Ana Lima', marks: [], previewable: true, replaces: null },
};

export const oversight: OversightView = {
  on: '2026-11-24',
  names: [],
  chain: [{ value: 'RS-0001', label: 'Lion City Hosting' }],
  downstream: [],
  clause: null,
  contract: null,
  attestations: [],
  counts: [],
  ai_reporting: null,
  customers: [],
  cip: CIP,
  buyers: [{ name: 'Merlion Resale', country: 'MY', country_name: 'Malaysia', stated: 'IN-0001, 2026-11-20', standing: 'outside', record: null }],
  review: { cip: 'CIP-0001', on: null, note: '', elements: [{ id: 'name', label: 'Name', group: 'Collection', rule: { cite: '15 CFR 7.302 (proposed)', text: 'Full legal name.', confidence: 'seen', verified: true }, standing: 'unclear', page: null, stated: 'Met, page 4' }] },
  scores: [
    { label: 'CIP in force', grade: 'good', words: 'Version 2026.1, since 2026-01-01' },
    { label: 'Attestation', grade: 'bad', words: 'None is recorded (D-73)' },
  ],
};

export const request: CaseView = {
  row: { ref: 'REQ-2026-0001', kind: 'request', kind_label: 'Department request for CIP copies', title: 'Lion City Hosting', state: 'review', state_label: 'In review', received_on: '2026-11-20', done: false, parts: 1, parts_open: 1, clock, filing: 'F4-2026-0001', beside: { ...NOTHING, comments: 2, tasks: 1, assignee: 'Ana Lima', tags: ['second-look'] } },
  text: 'BIS-42',
  how: 'Letter',
  clocks: [],
  items: [{ reseller: 'RS-0001', name: 'Lion City Hosting', cip: null, versions: [], warning: 'No CIP of Lion City Hosting was in force on 2026-11-20.', offer_failure: true }],
  documents: [],
  filings: [],
  subjects: [],
  fields: [],
  related: [],
  proposals: [],
  open: [],
  taken: [],
  parts: [
    {
      kind: 'cip',
      title: 'CIP asked for',
      titles: 'CIPs asked for',
      done: 0,
      add: [{ id: 'owner', label: 'Whose CIP', hint: null, ask: 'refs', choices: [{ value: 'RS-0001', label: 'Lion City Hosting' }], refs: 'reseller', required: true, values: [] }],
      rows: [
        {
          id: 'I-1',
          label: 'Lion City Hosting',
          subject: 'RS-0001',
          state: 'missing',
          state_label: 'Not in the vault',
          done: false,
          answers: [],
          on: null,
          made_of: [],
          transmittal: false,
          chase: {
            targets: [{ label: 'Copy demanded', on: '2026-11-22', sent_on: null, standing: 'late', words: '2 days late' }],
            log: [],
            letters: [],
            next: { value: 'cip-demand', label: 'Demand for a copy of the CIP' },
            texts: [{ value: 'cip-demand en', label: 'Demand for a copy of the CIP' }],
            clause: null,
          },
          moves: [
            { to: 'demanded', event: false, ends: false, label: 'Record the demand', allowed: true, blocked_by: [], role: 'programme_manager', role_label: 'Program manager', anyone: false, words: '', asks: [{ id: 'clause', label: 'The clause it rests on', hint: 'Of the contract with the reseller', ask: 'line', choices: [], refs: null, required: true, values: [] }], asks_when: true, approval: false, effects: [], duties: ['D-65', 'D-67'] },
            { to: 'held', event: false, ends: false, label: 'It is here', allowed: false, blocked_by: ['No CIP of Lion City Hosting was in force on 2026-11-20. File it with its date first.'], role: 'programme_manager', role_label: 'Program manager', anyone: false, words: '', asks: [], asks_when: false, approval: false, effects: [], duties: [] },
          ],
        },
      ],
    },
  ],
  moves: [
    { to: 'withdrawn', event: false, ends: true, label: 'Record the withdrawal', allowed: true, blocked_by: [], role: 'compliance_officer', role_label: 'Compliance officer', anyone: false, words: "the Department's withdrawal in writing: its reference and date", asks: [], asks_when: true, approval: false, effects: ['The clocks end: nothing is owed any longer.'], duties: [] },
    { to: 'extended', event: true, ends: false, label: 'Record an extension', allowed: true, blocked_by: [], role: 'compliance_officer', role_label: 'Compliance officer', anyone: false, words: '', asks: [{ id: 'new_due', label: 'New last day', hint: null, ask: 'date', choices: [], refs: null, required: true, values: [] }], asks_when: false, approval: false, effects: [], duties: [] },
  ],
  steps: [
    { state: 'received', label: 'Received', standing: 'done', at: '2026-11-20', evidence: 0, blocked_by: [] },
    { state: 'review', label: 'In review', standing: 'now', at: '2026-11-24', evidence: 0, blocked_by: [] },
    { state: 'sent', label: 'Sent', standing: 'next', at: null, evidence: 0, blocked_by: [] },
  ],
};

export const filing: FilingView = {
  row: { ref: 'F4-2026-0001', form: 'F4', title: 'Copies of CIPs for the Department', state: 'draft', replaces: null, replaced_by: null, case: 'REQ-2026-0001', due: '2026-11-30', standing: '6 days left', sealed_at: null, sent_at: null, beside: NOTHING },
  revision: 2,
  sections: [
    {
      title: 'Filer',
      standing: 'passed',
      lines: [
        {
          id: 'addressee',
          no: '',
          label: 'To',
          note: '',
          standing: 'passed',
          words: 'Bureau of Industry and Security',
          facts: [],
          columns: [],
          rows: [],
          total: '',
          unknown: '',
          changed: false,
          from: [],
          origin: 'records',
          written: null,
          many: false,
          may_be_unknown: false,
          parts: [{ key: 'value', label: 'To', kind: 'text', must: false, choices: [] }],
          values: [{ key: '', cells: ['Bureau of Industry and Security'] }],
          asked: null,
        },
      ],
    },
    {
      title: 'Copies',
      standing: 'blocks',
      lines: [
        {
          id: 'missing',
          no: '5',
          label: 'Not supplied',
          note: '15 CFR 7.305 (proposed), not verified against the rule',
          standing: 'blocks',
          words: '',
          facts: [],
          columns: ['Owner', 'Reason'],
          rows: [['Sahel Datacenter', 'not recorded']],
          total: '',
          unknown: '',
          changed: false,
          from: ['RS-0001'],
          origin: 'unverified',
          written: null,
          many: true,
          may_be_unknown: true,
          parts: [
            { key: 'owner', label: 'Owner', kind: 'text', must: false, choices: [] },
            { key: 'reason', label: 'Reason', kind: 'long', must: true, choices: [] },
          ],
          values: [{ key: 'RS-0001', cells: ['Sahel Datacenter', ''] }],
          asked: null,
        },
      ],
    },
  ],
  findings: [
    { level: 'blocks', message: 'No CIP and no reason.', go_to: 'RS-0001', code: 'x' },
    { level: 'warns', message: 'The title is empty.', go_to: 'addressee', code: 'y' },
    { level: 'passed', message: 'The addressee is there.', go_to: null, code: 'z' },
  ],
  sealable: false,
  needs_override: true,
  about: 'Answers a request for copies of customer identification programs.',
  as_of: '2026-11-20',
  approved_by: null,
  subjects: [],
  differences: [],
  replies: [],
  seal: null,
  sending: null,
  documents: [],
  receipts: [],
  clock,
  pages_url: null,
  pages: null,
  statement: 'I am authorized.',
  pack: PACK,
};

export const sheet: ReviewSheet = {
  document: { row: paper, pages: 2, text: null, no_preview: null, marks: [], pages_url: 'doc/d1' },
  customer: 'C-000001',
  name: 'Jürgen Müller',
  strip: [
    { id: 'd1', name: 'passport.png', type_label: 'Passport', pages_url: 'doc/d1', state: 'not_reviewed', state_label: 'Not reviewed', expires: null, expiry_note: null },
    { id: 'd2', name: 'bill.pdf', type_label: 'Proof of address', pages_url: null, state: 'accept', state_label: 'Accepted', expires: '2026-12-01', expiry_note: 'expires in 7 days' },
  ],
  people: [{ value: 'C-000001', label: 'Jürgen Müller' }],
  about: 'C-000001',
  asked: [
    { id: 'full_name', label: 'Name on the document', input: 'text', required: true, claimed: ['Jürgen Müller'], masked: false, takes_into: 'full_legal_name' },
    { id: 'date_of_birth', label: 'Date of birth', input: 'text', required: false, claimed: ['••••12'], masked: true, takes_into: 'date_of_birth' },
  ],
  takes_mrz: true,
  checklist: [
    { value: 'legible', label: 'Every line is legible' },
    { value: 'name_matches', label: "The name is the customer's" },
  ],
  situations: [{ value: 'not_in_person', label: 'A customer who is not met in person' }],
  reasons: [
    { value: 'not_legible', label: 'Not legible', decision: 'ask_again', text: 'Please send a sharper picture.' },
    { value: 'altered', label: 'Signs of tampering', decision: 'reject', text: 'We cannot accept this document.' },
  ],
  copies: [{ value: 'scan', label: 'A scan or photograph' }],
  reviews: [],
};

export const todo: TaskRow = {
  ref: 'REQ-2026-0001/T-1',
  about: 'REQ-2026-0001',
  about_name: 'Lion City Hosting',
  title: 'Ring the reseller',
  note: 'In the morning, their time',
  assignee: 'staff-1',
  assignee_name: 'Ana Lima',
  due: '2026-11-22',
  standing: '2 days late',
  overdue: true,
  made_on: '2026-11-20',
  done_on: null,
  done_by: null,
  done_note: null,
};

export const work: RecordWork = {
  about: 'REQ-2026-0001',
  name: 'Lion City Hosting',
  tasks: [todo],
  comments: [
    { id: 'N-1', text: 'They answer on Monday', at: '2026-11-23T10:00:00Z', by: 'Ana Lima', mine: true, corrects: null, corrected_by: 'N-2' },
    { id: 'N-2', text: 'They answer on Tuesday', at: '2026-11-23T10:05:00Z', by: 'Ana Lima', mine: true, corrects: 'N-1', corrected_by: null },
  ],
  handling: { assignee: 'staff-1', assignee_name: 'Ana Lima', due: null, tags: ['second-look'] },
  members: [
    { value: 'staff-1', label: 'Ana Lima' },
    { value: 'staff-2', label: 'Ben Ode' },
  ],
  known_tags: ['second-look'],
};
