/** Placeholders that are left in a text, each once, in the order of their names. */
export function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{[a-z_]+\}/g)].map((found) => found[0]))].sort();
}

/** The texts of each kind of addressee stand together. */
export const GROUPS: readonly { title: string; has: readonly string[] }[] = [
  { title: 'To customers', has: ['customer'] },
  { title: 'To resellers', has: ['reseller'] },
  { title: 'To the Department', has: ['department'] },
  { title: 'Memos for the file', has: ['offering', 'risk_head', 'landscape', 'belief', 'customer_step', 'case_step', 'part_step'] },
];
