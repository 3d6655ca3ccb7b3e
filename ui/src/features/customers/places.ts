import { router } from '$lib/router.svelte';
import type { ChecklistEvidence, OpenItem } from '$lib/contract/bindings';

/** Where something that is open is settled: a part of the customer's record, or a record of its own; a task beside the one it stands at. */
export function settledAt(ref: string, item: OpenItem): string {
  if (item.tab) return `#/customers/${ref}?tab=${item.tab === 'case' ? 'decisions' : item.tab}`;
  if (item.kind === 'document') return `#/documents/${item.at}/review`;
  return router.linkTo(item.kind === 'task' ? item.at.split('/')[0] : item.at) ?? router.linkTo(ref) ?? '#/';
}

/** Where the evidence of an item of the checklist is seen. */
export function seenAt(ref: string, evidence: ChecklistEvidence): string {
  if (evidence.place === 'document') return `#/documents/${evidence.at}`;
  return `#/customers/${ref}?tab=${evidence.place === 'case' ? 'decisions' : evidence.place}`;
}
