const STATES: Record<string, string> = {
  onboarding: 'Being registered',
  active: 'Active',
  under_review: 'Under review',
  terminating: 'Being ended',
  terminated: 'Ended',
};

/** A reseller's state in words. */
export const resellerState = (state: string): string => STATES[state] ?? state.replaceAll('_', ' ');
