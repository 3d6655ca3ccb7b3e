import type { SettingsReq } from '$lib/contract/bindings';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'normal' | 'compact';
export type Paper = 'letter' | 'a4';

type Chosen = Pick<SettingsReq, 'theme' | 'density' | 'paper' | 'hidden_columns'>;

/** How the window looks, and what it prints on. The page stores nothing itself (no localStorage): this computer's state file keeps the choice. */
class Preferences {
  theme = $state<Theme>('system');
  density = $state<Density>('normal');
  paper = $state<Paper>('letter');
  /** Columns of long lists that are not shown, such as `customers.country`. */
  hidden_columns = $state.raw<readonly string[]>([]);

  /** Takes over what this computer remembers. */
  take(known: Chosen): void {
    this.theme = known.theme as Theme;
    this.density = known.density as Density;
    this.paper = known.paper as Paper;
    this.hidden_columns = known.hidden_columns;
  }

  /** All of it, as this computer's state file keeps it. */
  get chosen(): Chosen {
    return { theme: this.theme, density: this.density, paper: this.paper, hidden_columns: [...this.hidden_columns] };
  }

  /** Whether a list shows a column. */
  shows(list: string, column: string): boolean {
    return !this.hidden_columns.includes(`${list}.${column}`);
  }

  /** Shows a column of a list, or leaves it out. */
  show(list: string, column: string, shown: boolean): void {
    const others = this.hidden_columns.filter((one) => one !== `${list}.${column}`);
    this.hidden_columns = shown ? others : [...others, `${list}.${column}`];
  }

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
