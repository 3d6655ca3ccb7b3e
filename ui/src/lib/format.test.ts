import { describe, expect, it } from 'vitest';
import { answered, ago, bytes, count, day, daysBetween, groups, initials, parseDate, plural, shortDay } from './format';

describe('dates', () => {
  it('carry their weekday', () => expect(day('2026-11-24')).toBe('Tue 2026-11-24'));
  it('stay as they are where they are none', () => expect(day('soon')).toBe('soon'));
  it('that do not exist are refused', () => {
    expect(parseDate('2026-02-29'), '2026 is no leap year').toBeUndefined();
    expect(parseDate('2028-02-29')).toBeDefined();
    expect(parseDate('2026-13-01')).toBeUndefined();
  });
  it('are counted as civil days, over a change of the clocks too', () => {
    expect(daysBetween('2026-03-07', '2026-03-09'), 'New York loses an hour on the 8th').toBe(2);
    expect(daysBetween('2026-11-24', '2026-11-22')).toBe(-2);
  });
  it('can be short', () => expect(shortDay('2026-11-20')).toBe('20 Nov'));
  it('in the past are said in days', () => expect([0, 1, 9].map(ago)).toEqual(['today', 'yesterday', '9 days ago']));
});

describe('numbers', () => {
  it('have their thousands parted', () => expect(count(100_000)).toBe('100,000'));
  it('agree with their noun', () => expect([plural(1, 'row'), plural(2, 'row'), plural(0, 'entry', 'entries')]).toEqual(['1 row', '2 rows', '0 entries']));
  it('of bytes are rounded to what one can take in', () => {
    expect([0, 1, 999, 1000, 999_499, 999_500, 4_234_567, 512e6].map(bytes)).toEqual(['0 bytes', '1 byte', '999 bytes', '1.0 kB', '999 kB', '1.0 MB', '4.2 MB', '512 MB']);
  });
  it('answers show days as everywhere, and leave what is none', () => {
    expect(answered(['2026-11-24', 'two letters', '2026-02-30'])).toBe('Tue 2026-11-24, two letters, 2026-02-30');
  });
});

it('a hash is parted in groups', () => expect(groups('7f3a9c21b0')).toBe('7f3a 9c21 b0'));
it('initials take the first and the last name, in any script', () => expect([initials('Dana M. Whitfield'), initials('李明'), initials('Пётр Кузнецов')]).toEqual(['DW', '李', 'ПК']));
