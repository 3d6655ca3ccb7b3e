import type { CallName, JobName } from '$lib/host/types';
import type { Refused } from '$lib/contract/bindings';

/** What the member at work may not do, as Rust said it; Rust asks again at every command, so this only explains buttons. */
class May {
  refused = $state.raw<ReadonlyMap<string, string>>(new Map());
  /** Why nothing can be written at all. */
  reading = $state<string | null>(null);

  learn(refused: readonly Refused[], reading: string | null): void {
    this.refused = new Map(refused.map(({ command, why }) => [command, why]));
    this.reading = reading;
  }

  /** Why a command is refused; null where it is not. */
  not(command: CallName | JobName): string | null {
    return this.refused.get(command) ?? (this.reading && WRITES.test(command) ? this.reading : null);
  }
}

/** Commands that write; while the vault is read their buttons say so. */
const WRITES = /_(save|record|create|change|run|undo|adopt|retire|place|release|keep|approve|seal|sent|edit|open|advance|attach|add|roles|revoke|enrol|rotate|make|decide|correct|extend|start|stop|assign|snooze|target|pause|resume|import)$/;

export const may = new May();
