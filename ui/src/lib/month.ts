const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

function iso(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Whether a text is a month, like `2026-11`. */
export function isMonth(text: string): boolean {
  return /^[12]\d{3}-(0[1-9]|1[0-2])$/.test(text);
}

/** `2026-11` as `November 2026`. */
export function monthTitle(month: string): string {
  return `${MONTHS[Number(month.slice(5, 7)) - 1] ?? ''} ${month.slice(0, 4)}`;
}

export function shiftMonth(month: string, by: number): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + by);
  return iso(date).slice(0, 7);
}

/** The days of a week in the order in which calendars in the United States show them. */
export const WEEK = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** Whole weeks from Sunday that cover the month, as civil dates. */
export function monthGrid(month: string): string[][] {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCDate(1 - date.getUTCDay());
  const weeks: string[][] = [];
  do {
    const week: string[] = [];
    for (let at = 0; at < 7; at++) {
      week.push(iso(date));
      date.setUTCDate(date.getUTCDate() + 1);
    }
    weeks.push(week);
  } while (iso(date).slice(0, 7) === month);
  return weeks;
}
