const STATES: Record<string, string> = { draft: 'Draft', validated: 'Validated', approved: 'Approved', sealed: 'Sealed', sent: 'Sent', acknowledged: 'Acknowledged', rejected: 'Rejected', superseded: 'Replaced' };

/** A filing's state in words. */
export const filingState = (state: string): string => STATES[state] ?? state.replaceAll('_', ' ');

/** Where an item's answer comes from, in words. */
export const ORIGINS: Record<string, string> = { records: 'From the records', unverified: 'From the records, not verified', written: 'Written by hand', empty: 'Nothing yet' };
