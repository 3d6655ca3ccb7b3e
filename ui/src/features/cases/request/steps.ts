import type { CaseView } from '$lib/contract/bindings';

/** The four steps of answering a request, in their order. */
export const STEPS = [{ label: 'What arrived' }, { label: 'Which version applies' }, { label: 'What goes out' }, { label: 'Approve, seal and send' }] as const;

/** The filings of the case that answer it, one for each rule pack that asks for one. */
export const answersOf = (view: CaseView) => view.filings.filter((filing) => filing.form === 'F4' && !filing.replaced_by);

/** The copies that are neither here nor explained. */
export const missing = (view: CaseView) => view.parts.flatMap((group) => (group.kind === 'cip' ? group.rows : [])).filter((row) => !row.done && row.state !== 'to_follow');

/** The step that waits: the versions while a copy is missing, the pack while it is a draft, then its seal and its sending. */
export function waiting(view: CaseView): number {
  const filings = answersOf(view);
  if (filings.length > 0 && filings.every((filing) => filing.sealed_at)) return 3;
  return missing(view).length ? 1 : 2;
}
