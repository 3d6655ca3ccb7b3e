import type { Dropped } from '$lib/contract/bindings';
import { host } from '$lib/host';

type Take = (files: Dropped) => void;

/** Who takes what is dropped on the window; the last one opened stands last. */
const takers: Take[] = [];

/** Files dropped on the window go to one place: a dialog that is open, and not to the page behind it as well. Returns what ends it. */
export function takesDrops(take: Take): () => void {
  takers.push(take);
  const end = host().on('dropped', (files) => {
    if (takers.at(-1) === take) take(files);
  });
  return () => {
    takers.splice(takers.indexOf(take), 1);
    end();
  };
}
