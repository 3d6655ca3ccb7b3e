import { untrack } from 'svelte';
import type { CallName, JobName } from './host/types';
import type { IconName } from './icons/paths';
import { may } from './may.svelte';

/** Something a person can do, by palette, by keys, or both. The palette, the keys and the cheat sheet read this one list. */
export interface Action {
  id: string;
  /** A verb: "Add customer". */
  title: string;
  group: string;
  icon?: IconName;
  /** `mod+k`, `?`, `g t` (one after the other), `shift+n`. `mod` is Ctrl, or Command on a Mac. */
  keys?: string;
  /** Other words people look for. */
  words?: string;
  /** Why it cannot be done now; the palette shows it greyed with the reason. */
  blocked?: () => string | null | undefined;
  /** The command behind it, as on a button: who may not use it is told so, by the palette and by the keys alike. */
  needs?: CallName | JobName;
  run: () => void;
}

let lists = $state.raw<readonly (() => readonly Action[])[]>([]);

function locked(action: Action): Action {
  const { needs, blocked } = action;
  return needs ? { ...action, blocked: () => may.not(needs) ?? blocked?.() } : action;
}

/** All that can be done now, the screen's own first. */
export function actions(): Action[] {
  return lists.toReversed().flatMap((list) => list().map(locked));
}

/** Offers actions while the component lives: call it once while it is set up. */
export function offer(list: () => readonly Action[]): void {
  $effect(() => {
    // Reading the list here would make this run again for every other screen's actions.
    lists = [...untrack(() => lists), list];
    return () => {
      lists = untrack(() => lists).filter((other) => other !== list);
    };
  });
}

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** `mod+k` as people of this system read it. */
export function keyNames(keys: string): string[][] {
  return keys.split(' ').map((chord) =>
    chord.split('+').map((key) => {
      if (key === 'mod') return MAC ? '⌘' : 'Ctrl';
      if (key === 'shift') return MAC ? '⇧' : 'Shift';
      if (key === 'enter') return 'Enter';
      if (key === 'space') return 'Space';
      if (key === 'escape') return 'Esc';
      return key.length === 1 && /[a-z]/.test(key) ? key.toUpperCase() : key;
    }),
  );
}

function chordOf(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  const mod = MAC ? event.metaKey : event.ctrlKey;
  // A letter needs its Shift said; "?" is its own key wherever it lies on the keyboard.
  const shift = event.shiftKey && /^[a-z]$|^.{2,}$/.test(key);
  return [mod ? 'mod' : '', shift ? 'shift' : '', key].filter(Boolean).join('+');
}

/** Whether keys typed here are text. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(checkbox|radio|button)$/.test((target as HTMLInputElement).type));
}

/** Whether keys typed here belong to no control: the page has the focus, or its title, which gets it when a screen opens. */
export function isNowhere(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof HTMLElement && target.matches('main, h1'));
}

let pending: { key: string; at: number } | undefined;

/** The window's one listener for keys. Single keys are text while someone types or a dialog is open. */
export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const chord = chordOf(event);
  const plain = !chord.startsWith('mod+');
  const modal = document.querySelector('[role="dialog"][data-state="open"],[role="alertdialog"][data-state="open"]') !== null;
  if (plain && (isTyping(event.target) || modal)) return;
  const list = actions();
  const sequence = pending && event.timeStamp - pending.at < 1200 ? `${pending.key} ${chord}` : undefined;
  pending = undefined;
  const found = (sequence && list.find((action) => action.keys === sequence)) || list.find((action) => action.keys === chord);
  if (found) {
    if (modal && !found.id.startsWith('frame.')) return;
    event.preventDefault();
    if (!found.blocked?.()) found.run();
    return;
  }
  if (plain && list.some((action) => action.keys?.startsWith(`${chord} `))) pending = { key: chord, at: event.timeStamp };
}
