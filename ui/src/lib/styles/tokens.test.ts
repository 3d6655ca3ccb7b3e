import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync('src/lib/styles/tokens.css', 'utf8');
const tokens = new Map([...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [name ?? '', { light: light ?? '', dark: dark ?? '' }]));

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(front: string, back: string, theme: 'light' | 'dark'): number {
  const [a, b] = [front, back].map((name) => {
    const token = tokens.get(name);
    if (!token) throw new Error(`no color --${name}`);
    return luminance(token[theme]);
  }) as [number, number];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const STATES = ['overdue', 'today', 'soon', 'fine', 'blocked', 'waiting'];
const GROUNDS = ['canvas', 'surface', 'raised', 'sunken', 'hover', 'selected'];
const TEXT: [string, string][] = [
  ...GROUNDS.flatMap((ground) => ['text', 'text-2', 'text-3', 'accent-text', ...STATES].map((front): [string, string] => [front, ground])),
  ...STATES.flatMap((state): [string, string][] => [
    [state, `${state}-soft`],
    ['text', `${state}-soft`],
  ]),
  ['text-2', 'overdue-soft'],
  ['accent-text', 'accent-soft'],
  ['text', 'accent-soft'],
  ...['accent', 'accent-hover', 'accent-press'].map((back): [string, string] => ['on-accent', back]),
  ...['danger', 'danger-hover'].map((back): [string, string] => ['on-accent', back]),
];
const EDGES: [string, string][] = ['canvas', 'surface', 'raised'].flatMap((ground): [string, string][] => [
  ['control-line', ground],
  ['focus', ground],
]);

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  it.each(TEXT)('text in --%s on --%s can be read (WCAG 1.4.3)', (front, back) => {
    expect(contrast(front, back, theme), 'text needs 4.5 to 1').toBeGreaterThanOrEqual(4.5);
  });
  it.each(EDGES)('the edge --%s on --%s can be seen (WCAG 1.4.11)', (front, back) => {
    expect(contrast(front, back, theme), 'edges of controls need 3 to 1').toBeGreaterThanOrEqual(3);
  });
});

describe('a name that a style uses', () => {
  const styles = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(css|svelte)$/.test(path))
    .map((path) => [path, readFileSync(`src/${path}`, 'utf8')] as const);
  const defined = new Set(styles.flatMap(([, text]) => [...text.matchAll(/(?:style:)?(--[\w-]+)(?::|=)/g)].map(([, name]) => name ?? '')));
  it.each(styles)('is defined: %s', (_path, text) => {
    const unknown = [...text.matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name ?? '').filter((name) => !defined.has(name) && !name.startsWith('--bits-'));
    expect(unknown, 'an unknown name is no color and no distance at all').toEqual([]);
  });
});
