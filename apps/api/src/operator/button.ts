import type { Caller } from "@deskpulse/domain/tenants/caller";
import type { Queue } from "bullmq";
import type { OperatorDeskOptions } from "./desk-options.ts";

export interface Press {
  readonly desk: OperatorDeskOptions;
  readonly operator: Caller;
  /** What the path names: queueName, jobId, queueStatus. */
  readonly names: Readonly<Record<string, string>>;
}

export interface Pressed {
  /** What Bull Board's page expects. Default: 200 and an empty object. */
  readonly status?: 204;
  readonly body?: Readonly<Record<string, unknown>>;
  /** What ended it halfway, for a button that changes many; the answer is then an error. */
  readonly failure?: unknown;
  /** For the audit log. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** A request of Bull Board's page that would change something, and what it does here; ProblemError refuses it. */
export interface Button {
  readonly method: "post" | "put" | "patch";
  /** As in Bull Board's route table. */
  readonly path: string;
  /** Its name in the audit log. */
  readonly act: string;
  readonly press: (press: Press) => Promise<Pressed>;
}

/** The queue that the path names; undefined when the board has none of that name. */
export function queueOf({ desk, names }: Press): Queue | undefined {
  return desk.queues.find(({ name }) => name === names.queueName);
}
