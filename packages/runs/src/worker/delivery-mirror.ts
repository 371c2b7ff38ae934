import type { RunProgress } from "@deskpulse/domain/runs/run";
import type { Job } from "bullmq";
import type { DeliveryData } from "../handover.ts";

type Delivery = Job<DeliveryData, unknown, string>;

const resultLengthMax = 500;

/** Shows progress and log lines of running runs in BullMQ, for the readers of Bull Board. Losing some is harmless. */
export class DeliveryMirror {
  readonly #deliveries = new Map<string, Delivery>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  begin(runId: string, delivery: Delivery): void {
    this.#deliveries.set(runId, delivery);
  }

  end(runId: string): void {
    this.#deliveries.delete(runId);
  }

  write(runId: string, progress: RunProgress | undefined, lines: readonly string[]): void {
    const delivery = this.#deliveries.get(runId);
    if (!delivery) return;
    if (progress) delivery.updateProgress({ ...progress }).catch(this.#onError);
    for (const line of lines.slice(-20)) delivery.log(line).catch(this.#onError);
  }
}

/** A result short enough for Bull Board; the whole one stands in the run. */
export function boardResult(result: unknown): unknown {
  if (result === null || typeof result !== "object") return result;
  const text = JSON.stringify(result);
  return text.length <= resultLengthMax ? result : `${text.slice(0, resultLengthMax)}…`;
}
