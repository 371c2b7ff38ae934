import type { Charge } from "./charge.ts";
import type { FoldedSurvey } from "./folded.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Pairs requests for a rating with their answers. An answer belongs to the last request and counts from its first
 * giving; a later one replaces rating and comment. An answer without a request says that there was one.
 */
export class SurveyFold {
  readonly #surveys: Mutable<FoldedSurvey>[] = [];

  send(at: number, charge: Charge): void {
    if (this.#surveys.at(-1)?.sentAt === at) return;
    const { agent, team, priority } = charge;
    this.#surveys.push({ sentAt: at, answeredAt: null, rating: null, comment: null, agent, team, priority });
  }

  answer(at: number, given: { readonly rating: number; readonly comment: string | null }, charge: Charge): void {
    if (this.#surveys.length === 0) this.send(at, charge);
    const survey = this.#surveys.at(-1);
    if (survey === undefined) return;
    survey.answeredAt ??= at;
    survey.rating = given.rating;
    survey.comment = given.comment;
  }

  result(): readonly FoldedSurvey[] {
    return this.#surveys;
  }
}
