import type { ClockRow, PartyKind, UsStatus } from '$lib/contract/bindings';

/** The states of a customer's case: the straight path first, then where it can turn. */
export const CASE_STATES = [
  { value: 'draft', label: 'Draft' },
  { value: 'collecting', label: 'Collecting information' },
  { value: 'status_review', label: 'U.S.-person review' },
  { value: 'us_cleared', label: 'Cleared as U.S.' },
  { value: 'verifying', label: 'Verifying identity' },
  { value: 'discrepancy', label: 'Discrepancy open' },
  { value: 'verified', label: 'Verified' },
  { value: 'monitoring', label: 'In use, monitored' },
  { value: 'reverify', label: 'To be verified again' },
  { value: 'unverified', label: 'Could not be verified' },
  { value: 'restricted', label: 'Restricted' },
  { value: 'refused', label: 'Refused' },
  { value: 'closed_account', label: 'Closed' },
  { value: 'abandoned', label: 'Abandoned' },
  { value: 'merged', label: 'Merged into another record' },
];

export const stateLabel = (state: string): string => CASE_STATES.find((known) => known.value === state)?.label ?? state;

export const US_STATUS: Record<UsStatus, string> = { us: 'U.S.', foreign: 'Foreign', undetermined: 'Undetermined' };

export const KINDS: Record<PartyKind, string> = { individual: 'Natural person', entity: 'Organization' };

export const KIND_CHOICES = Object.entries(KINDS).map(([value, label]) => ({ value, label }));

export const METHODS: Record<string, string> = { documentary: 'By documents', non_documentary: 'By other means', additional: 'By further information' };

export const RESULTS: Record<string, string> = { match: 'Match', partial: 'Partial match', mismatch: 'Mismatch', unavailable: 'Not available' };

/** Deadlines before what is only kept until a day, each by its day. */
export const byUrgency = (clocks: readonly ClockRow[]): ClockRow[] => [...clocks].sort((a, b) => Number(a.clock === 'CLK-RETAIN') - Number(b.clock === 'CLK-RETAIN') || a.due.localeCompare(b.due));

/** By which channel a customer came. */
export const CHANNELS = [
  { value: 'direct', label: 'Direct' },
  { value: 'us_reseller', label: 'Through a U.S. reseller' },
  { value: 'foreign_reseller', label: 'Through a foreign reseller' },
];

/** A value as a person reads it: two fields hold a word of a list. */
export function worded(field: string, value: string): string {
  if (field === 'channel') return CHANNELS.find((known) => known.value === value)?.label ?? value;
  if (field === 'risk_tier') return `${value[0]?.toUpperCase() ?? ''}${value.slice(1)}`;
  return value;
}
