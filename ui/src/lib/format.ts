/** Dates and numbers as the whole product writes them. Civil dates (`2026-11-24`) never pass through a time zone. */

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A civil date, or undefined when the text is none: 2026-02-30 is no date. */
export function parseDate(text: string): Date | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text.trim());
  if (!found) return undefined;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date : undefined;
}

/** `Tue 2026-11-24`; text that is no date stays as it is. */
export function day(text: string | null | undefined): string {
  if (!text) return '';
  const date = parseDate(text.slice(0, 10));
  return date ? `${WEEKDAYS[date.getUTCDay()]} ${text.slice(0, 10)}` : text;
}

/** `24 Nov`, where the year is plain from around it. */
export function shortDay(text: string): string {
  const date = parseDate(text.slice(0, 10));
  return date ? `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}` : text;
}

/** An instant (RFC 3339) on this computer's wall clock: `Tue 2026-11-24 14:05`. */
export function instant(text: string | null | undefined): string {
  if (!text) return '';
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  return `${WEEKDAYS[date.getDay()]} ${localDay(date)} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** An instant with its time zone, as records of access have it: `Tue 2026-11-24 14:05 UTC`. */
export function utc(text: string | null | undefined): string {
  if (!text) return '';
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const whole = date.toISOString();
  return `${WEEKDAYS[date.getUTCDay()]} ${whole.slice(0, 10)} ${whole.slice(11, 16)} UTC`;
}

/** The civil date of an instant on this computer's wall clock. */
export function localDay(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Whole days from the first civil date to the second. */
export function daysBetween(from: string, to: string): number {
  const [a, b] = [parseDate(from.slice(0, 10)), parseDate(to.slice(0, 10))];
  return a && b ? Math.round((b.getTime() - a.getTime()) / 86_400_000) : Number.NaN;
}

/** "today", "yesterday", "9 days ago"; later than that is for a date. */
export function ago(days: number): string {
  if (days <= 0) return 'today';
  return days === 1 ? 'yesterday' : `${count(days)} days ago`;
}

const whole = new Intl.NumberFormat('en-US');

/** `100,000` */
export function count(value: number): string {
  return whole.format(value);
}

/** `1 row`, `2 rows`; a plural that is not an s is given. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `4.2 MB`, in powers of a thousand as file managers show it. */
export function bytes(value: number): string {
  if (value < 1000) return plural(value, 'byte');
  const units = ['kB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = -1;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

/** A hash in groups of four, easier to compare by eye. */
export function groups(text: string, size = 4): string {
  return text.match(new RegExp(`.{1,${size}}`, 'g'))?.join(' ') ?? text;
}

/** Answers as a person reads them: days as everywhere, several with commas between. */
export const answered = (values: readonly string[]): string => values.map((value) => (parseDate(value) ? day(value) : value)).join(', ');

/** The first letter as at the beginning of a sentence. */
export const sentence = (words: string): string => `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`;

/** Two letters for a name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '').join('').toUpperCase();
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
