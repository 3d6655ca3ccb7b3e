import type { Band, ClockRow } from '$lib/contract/bindings';
import type { IconName } from '$lib/icons/paths';

/** What a colour may mean; each has its icon, and words stand beside it. */
export type State = 'overdue' | 'today' | 'soon' | 'fine' | 'blocked' | 'waiting' | 'neutral';

export const STATE_ICON: Record<State, IconName> = {
  overdue: 'overdue',
  today: 'due',
  soon: 'soon',
  fine: 'fine',
  blocked: 'blocked',
  waiting: 'waiting',
  neutral: 'pending',
};

const BANDS: Record<Band, State> = {
  overdue: 'overdue',
  due_today: 'today',
  next_three: 'soon',
  next_ten: 'neutral',
  waiting: 'waiting',
  later: 'neutral',
};

export function bandState(band: Band): State {
  return BANDS[band];
}

/** The state of a clock; a stopped one is fine, late or simply over. */
export function clockState(clock: Pick<ClockRow, 'status' | 'band'>): State {
  if (clock.status === 'satisfied') return 'fine';
  if (clock.status === 'late') return 'overdue';
  if (clock.status === 'running') return bandState(clock.band);
  return 'neutral';
}

/** The state of a deadline that is known by its words alone: "2 days late", "due today", "3 days left". */
export function standingState(standing: string): State {
  if (standing.endsWith('late')) return 'overdue';
  if (standing === 'due today') return 'today';
  return /^[1-3] days? left$/.test(standing) ? 'soon' : 'neutral';
}
