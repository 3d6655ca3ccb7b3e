import type { ClockRow, ClockView, PeopleView, StatusView, TodayView, VaultCard } from '$lib/contract/bindings';
import { failure, type FakeHandlers } from '$lib/host/fake';

const BANNER = 'Proposed in 2024, reported withdrawn; not in force.';
const PACK = { id: 'us-iaas-2024', version: '1.0.0', status: 'withdrawn', banner: BANNER };

const vault: VaultCard = {
  id: 'v1',
  place: '~/Documents/Northwind Compute.cipdesk',
  labels: ['staff-1'],
  last_opened: '2026-11-23T16:42:00Z',
  last_backup: '2026-11-15T09:10:00Z',
  head_code: '7F3A-9C21-B04E',
  demo: false,
};

const status: StatusView = {
  organisation: 'Northwind Compute, Inc.',
  role: 'provider',
  zone: 'America/New_York',
  member: 'Dana Whitfield',
  label: 'staff-1',
  roles: 'analyst, compliance officer, program manager, investigator, administrator',
  reading: null,
  rollback: false,
  approvers: [],
  refused: [],
  pack: { ...PACK, title: 'Customer identification programs for U.S. IaaS providers (proposed 15 CFR part 7)', reviewed: false },
  drill: null,
  remind: true,
  packs: [{ ...PACK, title: 'Customer identification programs for U.S. IaaS providers (proposed 15 CFR part 7)', reviewed: false }],
  entries: 1842,
  head_code: '7F3A-9C21-B04E',
  last_backup: '2026-11-15T09:10:00Z',
  clock_note: 'ok',
  idle_minutes: 5,
  members: 2,
  demo: true,
  today: '2026-11-24',
  document_types: [
    { value: 'passport', label: 'Passport' },
    { value: 'other', label: 'Other' },
  ],
};

const people: PeopleView = {
  members: [
    { label: 'staff-1', name: 'Dana Whitfield', roles: ['compliance_officer', 'administrator'], roles_label: 'compliance officer, administrator', until: null, me: true, fingerprint: 'SHA256:Zk3Q9m0vXyT7hJr2bN8pLs5dWc1fGe4uKa6iOo', enrolled_again: 0 },
    { label: 'staff-2', name: 'Ben Okoro', roles: ['analyst'], roles_label: 'analyst', until: null, me: false, fingerprint: 'SHA256:b7Hq2Lr8vNc4XsW0yTd6mPf1kGz9uJe3aQo5iRt', enrolled_again: 1 },
    { label: 'staff-3', name: 'Ines Duarte', roles: ['auditor'], roles_label: 'auditor', until: '2026-10-30', me: false, fingerprint: 'SHA256:p4Vt9Wn1cRy6KdL3xQs8hBm0fTz5gUj2eOa7iMq', enrolled_again: 0 },
  ],
  roles: [
    { value: 'analyst', label: 'analyst' },
    { value: 'compliance_officer', label: 'compliance officer' },
    { value: 'administrator', label: 'administrator' },
    { value: 'auditor', label: 'auditor' },
  ],
  rights: [
    { label: 'Read everything in the vault', roles: ['analyst', 'compliance_officer', 'administrator', 'auditor'] },
    { label: 'Decide on customers and approve', roles: ['compliance_officer'] },
    { label: 'Members, keys and recovery', roles: ['administrator'] },
  ],
  generation: 3,
  recovery_keys: 1,
  next_label: 'staff-4',
  alone: true,
  revoking_leaves: ['A copy of the folder from before today still opens with the old passphrase.'],
};

let number = 0;
export function clock(kind: string, subject: string, subject_ref: string, due: string, band: ClockRow['band'], standing: string, more: Partial<ClockRow> = {}): ClockRow {
  number += 1;
  return {
    ref: `K-${String(number).padStart(4, '0')}`,
    clock: 'CLK-CIP-REQ',
    kind,
    subject,
    subject_ref,
    case: null,
    day0: '2026-11-14',
    due,
    target: due,
    cutoff: null,
    status: 'running',
    days_left: 0,
    standing,
    band,
    provisional: false,
    blocker: null,
    statutory: true,
    unverified: false,
    pack: PACK.id,
    direction: 'deadline',
    assignee: null,
    snoozed_until: null,
    target_next: null,
    activity: null,
    also: [],
    ...more,
  };
}

const today: TodayView = {
  today: '2026-11-24',
  weekday: 'Tuesday',
  bands: [
    {
      band: 'overdue',
      title: 'Overdue',
      rows: [clock('Copy of a CIP', 'Baltic Metal OÜ', 'RS-0003', '2026-11-22', 'overdue', '2 days late', { case: 'REQ-2026-0004', blocker: 'needs approver' })],
    },
    {
      band: 'due_today',
      title: 'Due today',
      rows: [
        clock('Copy of a CIP', '北辰云计算有限公司 (Beichen Cloud)', 'RS-0001', '2026-11-24', 'due_today', 'due today', { case: 'REQ-2026-0005' }),
        clock('Review', 'Marisol Ibáñez Quintero', 'C-000112', '2026-11-24', 'due_today', 'due today', { statutory: false }),
      ],
    },
    {
      band: 'next_three',
      title: 'Next 3 days',
      rows: [
        clock('Document expiry', 'Пётр Алексеевич Кузнецов', 'C-000041', '2026-11-26', 'next_three', '2 days left'),
        clock('Termination', 'Halcyon Hosting Ltd', 'RS-0002', '2026-11-27', 'next_three', '3 days left', { case: 'EVD-2026-0001', provisional: true }),
      ],
    },
    {
      band: 'next_ten',
      title: 'Next 10 days',
      rows: [
        clock('Annual certification', 'Northwind Compute, Inc.', 'F2', '2026-11-30', 'next_ten', '6 days left'),
        clock('Copy of a CIP', 'Halcyon Hosting Ltd', 'RS-0002', '2026-12-02', 'next_ten', '8 days left', { case: 'REQ-2026-0006' }),
        clock('Verification', 'شركة الخليج للحوسبة', 'C-000187', '2026-12-04', 'next_ten', '10 days left', { blocker: 'no passport' }),
      ],
    },
    {
      band: 'waiting',
      title: 'Waiting on others',
      rows: [clock('Copy from reseller', 'Baltic Metal OÜ', 'RS-0003', '2026-11-28', 'waiting', 'waiting, 4 days left', { statutory: false })],
    },
  ],
  later: 31,
  cases_more: 0,
  snoozed: [],
  members: [{ value: 'staff-1', label: 'Dana Whitfield' }],
  days: [
    { date: '2026-11-22', due: 1, holiday: null },
    { date: '2026-11-24', due: 2, holiday: null },
    { date: '2026-11-26', due: 1, holiday: 'Thanksgiving Day' },
    { date: '2026-11-27', due: 1, holiday: null },
    { date: '2026-11-30', due: 1, holiday: null },
    { date: '2026-12-02', due: 1, holiday: null },
    { date: '2026-12-04', due: 3, holiday: null },
  ],
  expiring: [{ document: 'd1', type_label: 'Passport', customer: 'C-000001', name: 'Jürgen Müller', expires: '2026-11-21', standing: 'expired 3 days ago', over: true }],
  to_approve: [
    { ref: 'F4-2026-0007', title: 'CIP copies: Baltic Metal OÜ', state: 'draft', due: '2026-11-22' },
    { ref: 'F4-2026-0008', title: 'CIP copies: Beichen Cloud', state: 'draft', due: '2026-11-24' },
  ],
  unverified_customers: 37,
  incomplete_customers: 12,
  backup_age_days: 9,
};

function why(ref: string): ClockView {
  const row = today.bands.flatMap((band) => band.rows).find((one) => one.ref === ref);
  if (!row) throw failure('E-CLOCK-UNKNOWN', `There is no clock ${ref}. Go back to Today.`);
  return {
    row,
    revisions: [],
    triggers: [{ event: 'department_request_received', label: "The Department's request was received", at: '2026-11-14' }],
    document: null,
    documents: [],
    targets: [{ id: 'cip-req-gathered', label: 'Every CIP asked for is here', on: '2026-11-17', met_on: null, standing: '7 days ago' }],
    pauses: [],
    paused: false,
    filing: null,
    members: [{ value: 'staff-1', label: 'Dana Whitfield' }],
    steps: ['received Sat 2026-11-14', '+10 calendar days', 'end of Tue 2026-11-24, America/New_York', 'weekends and holidays do not move it'],
    cite: '15 CFR 7.303, 7.305 (proposed)',
    rule: 'A copy of the reseller’s customer identification program is given to the Department within ten calendar days of its request.',
    confidence: 'memory',
    pack: PACK,
    zones: ['America/New_York', 'UTC'],
    tzdb: '2026b',
    events: [
      { occurred_on: '2026-11-14', recorded_at: '2026-11-16T14:02:00Z', what: 'Started: request recorded', by: 'Dana Whitfield', note: 'recorded 2 days after', reason: null },
      { occurred_on: '2026-11-20', recorded_at: '2026-11-20T09:00:00Z', what: 'Filing F4-2026-0008 drafted', by: 'Dana Whitfield', note: null, reason: null },
    ],
    stops_on: 'Proof of sending of the filing',
    satisfied_by: null,
  };
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

const RECOVERY = {
  sheet: ['CIP DESK — RECOVERY SHEET', '', 'Vault 7f3a9c21 · made Tue 2026-11-24', '', 'AGE-SECRET-KEY-1QYQS ZQGPQ YQSZQ', 'GPQYQ SZQGP QYQSZ QGPQY', '', 'Keep it sealed, apart from the computer.'],
  recovery_groups: ['1QYQS', 'ZQGPQ', 'YQSZQ', 'GPQYQ', 'SZQGP', 'QYQSZ', 'QGPQY'],
};

export function answers({ locked, first }: { locked: boolean; first: boolean }): FakeHandlers {
  return {
    app_state: () => ({
      unlocked: !locked && !first,
      vault: first ? null : vault,
      recent: first ? [] : [vault, { ...vault, id: 'v2', place: '/media/usb/Drill 2026.cipdesk', labels: ['staff-1', 'staff-2'], last_opened: null }],
      version: '0.1.0',
      zone: 'America/New_York',
      idle_minutes: 5,
      lock_minimised: false,
      theme: 'system',
      density: 'normal',
      paper: 'letter',
      keep_backups: 0,
      hidden_columns: [],
    }),
    vault_pick: () => null,
    backup_pick: () => ({
      id: 'b1',
      place: '/media/usb/Northwind-2026-11-20.cipdesk',
      labels: ['staff-1'],
      vault: '7f3a9c21-5b1e-4a57-9a52-0c1d2e3f4a5b',
      made_at: '2026-11-20T17:02:11Z',
      program: '0.1.0',
      entries: 1180,
      head_code: '4F2A-91BC-07DE',
      here: true,
    }),
    backup_restore: async (_req, { report }) => {
      report({ phase: 'Checking the journal', done: 600, total: 1180, unit: 'entries' });
      await pause(600);
      return {
        vault: { ...vault, id: 'v9', place: '/vaults/Restored.cipdesk', last_opened: null, last_backup: null },
        name: 'Restored.cipdesk',
        organisation: 'Northwind Compute Inc.',
        entries: 1180,
        head_code: '4F2A-91BC-07DE',
        last_entry: 'Fri 2026-11-20',
        summary: '1,180 entries, no gap, 37 of 37 checkpoints valid, 212 documents.',
        problems: [],
        notes: [
          'When this vault was last locked on this computer it had 1203 entries; this one has 1180. What was recorded in between, disposals too, is not in it. When you open it, it is read until you say why it is the right one, and the journal keeps that.',
          'Look through it before you delete anything, and continue in only one of the two: entries made in both can never be combined.',
        ],
      };
    },
    export_pick: () => ({
      id: 'x1',
      place: '/media/usb/Export-2026-11-20',
      organisation: 'Northwind Compute Inc.',
      labels: ['staff-1', 'staff-2'],
      made_at: '2026-11-20T17:02:11Z',
      program: '0.1.0',
      entries: 1180,
      documents: 212,
      head_code: '4F2A-91BC-07DE',
    }),
    vault_import: async (_req, { report }) => {
      report({ phase: 'Importing tables', done: 600, total: null, unit: 'lines' });
      await pause(600);
      return {
        vault: { ...vault, id: 'v10', place: '/vaults/Imported.cipdesk', last_opened: null, last_backup: null },
        ...RECOVERY,
      };
    },
    vault_unlock: async ({ passphrase }) => {
      await pause(900);
      if (passphrase.length < 8) {
        throw failure('V-02', 'Could not unlock the vault as staff-1: the passphrase is wrong. Check Caps Lock and the keyboard layout, then try again.', { class: 'locked', retry_after_ms: 4000 });
      }
      return { overdue: 1, due_today: 2, next_3: 2, to_approve: 2, backup_age_days: 9, failed_attempts: 1, updated: null };
    },
    vault_create: async () => {
      await pause(600);
      return {
        vault,
        ...RECOVERY,
      };
    },
    recovery_sheet_save: () => ({ name: 'recovery-sheet.txt', bytes: 812 }),
    recovery_sheet_forget: () => ({}),
    vault_lock: () => ({}),
    demo_open: async () => {
      await pause(800);
      return { overdue: 1, due_today: 2, next_3: 2, to_approve: 2, backup_age_days: null, failed_attempts: 0, updated: null };
    },
    passphrase_suggest: () => ({ passphrase: 'harbor-violin-tundra-mosaic-kettle-frost' }),
    passphrase_strength: ({ passphrase }) => {
      const score = Math.min(4, Math.floor(passphrase.length / 6));
      return {
        score,
        accepted: score === 4,
        warning: score < 2 ? 'This is among the commonest.' : null,
        suggestions: ['Add words that do not belong together.'],
        guess_time: score === 4 ? 'centuries' : 'a few hours',
      };
    },
    activity: () => ({}),
    settings_save: () => ({}),
    status: () => status,
    people: () => people,
    draft_load: () => ({ body: null }),
    draft_save: () => ({}),
    draft_drop: () => ({}),
    today: () => today,
    view_list: () => [],
    query_read: ({ query }) => ({ words: query.split(/\s+/).filter(Boolean), wrong: query.includes('knd:') ? '"knd:" is no word of this list. There are is:, kind:.' : null, fields: [{ name: 'kind', means: 'Which kind', values: ['cip-copy'] }] }),
    clock_show: ({ ref }) => why(ref),
    vault_backup: async (_req, { report, signal }) => {
      for (let done = 0; done <= 40; done++) {
        if (signal.aborted) throw failure('E-CANCELLED', 'The backup was stopped. Nothing was written.', { class: 'cancelled' });
        report({ phase: 'Copying documents', done: done * 5_000_000, total: 200_000_000, unit: 'bytes' });
        await pause(100);
      }
      return { name: 'Northwind Compute 2026-11-24.cipdesk', bytes: 200_000_000, removed: [] };
    },
  };
}
