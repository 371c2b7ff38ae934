import type { Charge } from "./charge.ts";
import type { FoldedSlaTarget, SlaTargetKind } from "./folded.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a policy promises, milliseconds; null promises nothing. */
export interface Promises {
  readonly policy: string;
  readonly businessHours: boolean;
  readonly ms: Readonly<Record<SlaTargetKind, number | null>>;
}

/**
 * Follows what is promised about a conversation. A policy applied later takes the place of what an earlier one promised
 * and was not kept yet.
 */
export class SlaFold {
  #promises: Promises | null = null;
  readonly #targets: Mutable<FoldedSlaTarget>[] = [];

  /** From now on this is promised; `running` says since when the customer waits for what has not happened yet. */
  apply(promises: Promises, running: Readonly<Record<SlaTargetKind, number | null>>, charge: Charge): void {
    this.#promises = promises;
    const kept = this.#targets.filter(({ endedAt, withdrawnAt }) => endedAt !== null || withdrawnAt !== null);
    this.#targets.splice(0, this.#targets.length, ...kept);
    this.begin("first_response", running.first_response, charge);
    this.begin("reply", running.reply, charge);
    this.begin("resolution", running.resolution, charge);
  }

  /** The customer waits since `startedAt`; null: for nothing. */
  begin(target: SlaTargetKind, startedAt: number | null, charge: Charge): void {
    const promisedMs = this.#promises?.ms[target] ?? null;
    if (this.#promises === null || promisedMs === null || startedAt === null) return;
    if (this.#targets.some((known) => known.target === target && known.startedAt === startedAt)) return;
    const { policy, businessHours } = this.#promises;
    const { agent, team, priority } = charge;
    const ends = { endedAt: null, withdrawnAt: null };
    this.#targets.push({ policy, target, startedAt, promisedMs, businessHours, ...ends, agent, team, priority });
  }

  /** It happened. */
  end(target: SlaTargetKind, at: number, charge: Charge): void {
    for (const running of this.#running(target)) Object.assign(running, credit(charge), { endedAt: at });
  }

  /** Nobody waits for it any more. */
  withdraw(target: SlaTargetKind, at: number, charge: Charge): void {
    for (const running of this.#running(target)) Object.assign(running, credit(charge), { withdrawnAt: at });
  }

  /** What still runs is credited to whoever has the conversation now. */
  result(charge: Charge): readonly FoldedSlaTarget[] {
    for (const target of this.#targets) {
      if (target.endedAt === null && target.withdrawnAt === null) Object.assign(target, credit(charge));
    }
    return this.#targets;
  }

  #running(kind: SlaTargetKind): Mutable<FoldedSlaTarget>[] {
    return this.#targets.filter(
      ({ target, endedAt, withdrawnAt }) => target === kind && endedAt === null && withdrawnAt === null,
    );
  }
}

const credit = ({ agent, team, priority }: Charge): Charge => ({ agent, team, priority });
