const STATES: Record<string, string> = { draft: 'Draft', sealed: 'Sealed', sent: 'Sent' };

/** A filing's state in words. */
export const filingState = (state: string): string => STATES[state] ?? state.replaceAll('_', ' ');
