import type { State } from '$lib/components';

const STATES: Record<string, string> = {
  onboarding: 'Onboarding',
  active: 'Active',
  under_review: 'Under review',
  terminating: 'Being terminated',
  terminated: 'Terminated',
};

/** A reseller's state in words. */
export const resellerState = (state: string): string => STATES[state] ?? state.replaceAll('_', ' ');

/** The colour of a request by file: waiting asks for somebody, everything else is at rest. */
export const intakeState = (standing: string): State => (standing === 'waiting' ? 'soon' : standing === 'taken' ? 'fine' : standing === 'open' ? 'waiting' : 'neutral');
