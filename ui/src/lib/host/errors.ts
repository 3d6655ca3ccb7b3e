import type { Class, Failure, FieldProblem } from '$lib/contract/bindings';

/** A failure as Rust worded it. The window branches on `code` and `kind` alone and shows `message` as it is. */
export class HostError extends Error {
  readonly code: string;
  readonly kind: Class;
  readonly problems: readonly FieldProblem[];
  readonly retryAfterMs: number;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'HostError';
    this.code = failure.code;
    this.kind = failure.class;
    this.problems = failure.problems;
    this.retryAfterMs = failure.retry_after_ms;
  }

  get cancelled(): boolean {
    return this.kind === 'cancelled';
  }

  /** What is wrong with one field, for the note under it. */
  problem(field: string): string | undefined {
    return this.problems.find((problem) => problem.field === field)?.message;
  }
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}

/** The job was stopped before it began. */
export function cancelledEarly(): HostError {
  return new HostError({ code: 'E-CANCELLED', class: 'cancelled', message: 'Stopped before it began. Nothing was changed.', problems: [], retry_after_ms: 0 });
}

/**
 * Folds everything that can come back into one type. A bare string is the bridge itself speaking (a malformed argument, a
 * command that the window may not call), so it never reached the desk.
 */
export function toHostError(cause: unknown): HostError {
  if (cause instanceof HostError) return cause;
  if (isFailure(cause)) {
    return new HostError({ ...cause, problems: cause.problems ?? [], retry_after_ms: cause.retry_after_ms ?? 0 });
  }
  const said = typeof cause === 'string' ? cause : cause instanceof Error ? cause.message : 'no reason was given';
  return new HostError({
    code: 'U-02',
    class: 'internal',
    message: `The window could not talk to the program: ${said}. Nothing was changed. Try again; if it stays, restart CIP Desk.`,
    problems: [],
    retry_after_ms: 0,
  });
}
