import type { Action } from '$lib/actions.svelte';

const fold = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** How well the words fit, 0 for not at all: each must begin a word of the title, its group or its other names. */
function fit(action: Action, words: readonly string[]): number {
  const title = fold(action.title).split(/[\s-]+/);
  const rest = fold(`${action.group} ${action.words ?? ''}`).split(/[\s-]+/);
  let sum = 0;
  for (const word of words) {
    const at = title.findIndex((part) => part.startsWith(word));
    if (at >= 0) sum += 10 - Math.min(at, 5);
    else if (title.some((part) => part.includes(word))) sum += 3;
    else if (rest.some((part) => part.startsWith(word))) sum += 2;
    else return 0;
  }
  return sum;
}

/** The best first; without words what was used last, then the order of the list. */
export function rank(actions: readonly Action[], text: string, recent: readonly string[] = []): Action[] {
  const words = fold(text).split(/\s+/).filter(Boolean);
  const late = (action: Action) => {
    const at = recent.indexOf(action.id);
    return at < 0 ? 0 : (recent.length - at) / (recent.length + 1);
  };
  return actions
    .map((action) => ({ action, score: words.length === 0 ? 1 : fit(action, words) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score + late(b.action) - (a.score + late(a.action)))
    .map(({ action }) => action);
}
