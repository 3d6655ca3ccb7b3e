import type { TodayView } from '$lib/contract/bindings';
import { count } from '$lib/format';

/** `1 overdue · 2 due today · 3 in the next 3 days`; only what there is. */
export function digestLine(today: TodayView): string {
  const rows = (band: string) => today.bands.find((one) => one.band === band)?.rows.length ?? 0;
  const parts = [
    [rows('overdue'), 'overdue'],
    [rows('due_today'), 'due today'],
    [rows('next_three'), 'in the next 3 days'],
    [rows('next_ten'), 'in the next 10 days'],
    [rows('waiting'), 'waiting on others'],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, words]) => `${count(number)} ${words}`);
  return said.length > 0 ? said.join(' · ') : 'Nothing is due in the next ten days';
}
