import type { TaskRow } from '$lib/contract/bindings';
import type { State } from '$lib/components';

/** How a task stands, as a colour: by its day alone. */
export function taskState(row: TaskRow): State {
  if (row.done_on) return 'fine';
  if (row.overdue) return 'overdue';
  if (row.standing === 'due today') return 'today';
  return row.due ? 'soon' : 'neutral';
}
