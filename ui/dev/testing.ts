import axe from 'axe-core';
import { createRawSnippet } from 'svelte';
import { expect } from 'vitest';

/** Plain text as a component's children. */
export function words(text: string) {
  return createRawSnippet(() => ({ render: () => `<span>${text}</span>` }));
}

/** No violation in what is drawn. Colours are the tokens' test: jsdom computes none. */
export async function expectAccessible(where: Element = document.body): Promise<void> {
  const { violations } = await axe.run(where, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}
