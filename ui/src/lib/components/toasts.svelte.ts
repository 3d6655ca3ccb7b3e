export interface Toast {
  id: number;
  tone: 'done' | 'info' | 'error';
  title: string;
  detail?: string | undefined;
  /** Offered as *Undo* while the note stands. */
  undo?: (() => void) | undefined;
}

const STAY = 6000;
const STAY_WITH_UNDO = 10_000;
/** More would cover what they speak of. */
const MOST = 3;
let last = 0;

export const toasts = $state<{ list: Toast[] }>({ list: [] });

/** Says that something was done: `toast('Request opened', { undo })`. Errors that need an answer belong into the page. */
export function toast(title: string, { tone = 'done', detail, undo }: Partial<Omit<Toast, 'id' | 'title'>> = {}): number {
  const id = ++last;
  toasts.list = [...toasts.list, { id, tone, title, detail, undo }].slice(-MOST);
  setTimeout(() => dismiss(id), undo ? STAY_WITH_UNDO : STAY);
  return id;
}

export function dismiss(id: number): void {
  toasts.list = toasts.list.filter((other) => other.id !== id);
}
