import type { CaseAnswer, QuestionView } from '$lib/contract/bindings';

/** What stands in a form, by question; a list has several values. */
export type Given = Record<string, string[]>;

/** A form to begin with: what stands there now. */
export const begin = (questions: readonly QuestionView[]): Given => Object.fromEntries(questions.map((one) => [one.id, [...one.values]]));

/** References typed into one line. */
const typed = (question: QuestionView, values: readonly string[]): string[] =>
  question.ask === 'refs' && question.choices.length === 0 ? values.flatMap((value) => value.split(/[,;\s]+/)) : [...values];

/** What is sent: questions that were left open are left out, unless an answer was taken away. */
export const answers = (questions: readonly QuestionView[], given: Given, partly = false): CaseAnswer[] =>
  questions
    .map((one) => ({ id: one.id, values: typed(one, given[one.id] ?? []).map((value) => value.trim()).filter((value) => value !== '') }))
    .filter((answer) => answer.values.length > 0 || (partly && questions.some((one) => one.id === answer.id && one.values.length > 0)));
