import type { AssessmentView, ContactView, OwnCipView, ProductView, RelianceView } from '$lib/contract/bindings';

/** What is being recorded: something new, or a change of `one`. */
export type Doing =
  | { kind: 'standing' }
  | { kind: 'employees' }
  | { kind: 'product'; one?: ProductView }
  | { kind: 'cip'; one?: OwnCipView }
  | { kind: 'assessment'; one?: AssessmentView }
  | { kind: 'contact'; one?: ContactView }
  | { kind: 'reliance'; one?: RelianceView };

/** The dialog's title, and what it should say first. */
export const TITLES: Record<Doing['kind'], { title: string; description: string }> = {
  standing: { title: 'State our role under the rule', description: 'Statements are dated; earlier ones stay. A new provider opens no account of a foreign or undetermined customer before its first certification was sent.' },
  employees: { title: 'State the number of employees', description: 'A certification names it, with its day.' },
  product: { title: 'Offering', description: 'The memo on scope: what it is, and why the rule reaches it or not.' },
  cip: { title: 'Version of our CIP', description: 'Mark each element with the page where it stands. The elements are our reading of a proposed rule that is not in force.' },
  assessment: { title: 'Risk assessment', description: 'Rate every factor, and say why.' },
  contact: { title: 'Contact', description: 'A new primary contact takes the place of the one before from its first day. Once a certification was sent, that opens an update by itself.' },
  reliance: { title: "Reliance on another's CIP", description: 'What is relied on, and by which agreement.' },
};
