/** Words of a query as Rust split them. What a choice above a list does to them is done here; what they mean is Rust's. */

/** The value of a word, such as `CN,IR` of `country:CN,IR`; empty where it is not there, or where there are several ways to fit. */
export function valueOf(words: readonly string[], name: string): string {
  if (words.includes('OR')) return '';
  return words.find((word) => word.startsWith(`${name}:`))?.slice(name.length + 1) ?? '';
}

/** The query with another value of a word, or without it. */
export function withValue(words: readonly string[], name: string, value: string | null): string {
  const rest = words.filter((word) => !word.startsWith(`${name}:`));
  return (value ? [...rest, `${name}:${value}`] : rest).join(' ');
}

/** The query without one of its words; where there are several ways to fit, none of it is left. */
export function without(words: readonly string[], at: number): string {
  return words.includes('OR') ? '' : words.filter((_, place) => place !== at).join(' ');
}

/** What chips show: each word, or the whole where there are several ways to fit. */
export const chips = (words: readonly string[]): readonly string[] => (words.includes('OR') ? [words.join(' ')] : words);
