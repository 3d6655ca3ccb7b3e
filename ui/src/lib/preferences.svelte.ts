export type Theme = 'system' | 'light' | 'dark';
export type Density = 'normal' | 'compact';
export type Paper = 'letter' | 'a4';

/** How the window looks, and what it prints on. The page stores nothing itself (no localStorage): this computer's state file keeps the choice. */
class Preferences {
  theme = $state<Theme>('system');
  density = $state<Density>('normal');
  paper = $state<Paper>('letter');

  /** The height of a row in CSS pixels, as the token `--row` says it too. */
  get row(): number {
    return this.density === 'compact' ? 26 : 32;
  }

  /** Writes the choice where the tokens look for it. */
  apply(root: HTMLElement): void {
    if (this.theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = this.theme;
    root.dataset.density = this.density;
  }
}

export const preferences = new Preferences();
