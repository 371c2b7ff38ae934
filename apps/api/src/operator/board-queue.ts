import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { Queue } from "bullmq";
import { runOfDelivery } from "./delivery-id.ts";
import { overviewPath, runPath } from "./desk-paths.ts";
import type { KnownDepths } from "./known-depths.ts";

/** Longer data and results are shown by their beginning: ten jobs of a page must not weigh megabytes. */
const shownCharactersMax = 2_000;

/** A queue as Bull Board shows it: with what waits in Postgres, links to the runs, and payloads of bounded size. */
export class BoardQueue extends BullMQAdapter {
  readonly #name: string;
  readonly #depths: KnownDepths;

  constructor(queue: Queue, depths: KnownDepths, { readOnly }: { readonly readOnly: boolean }) {
    super(queue, {
      readOnlyMode: readOnly,
      allowRetries: !readOnly,
      externalJobUrl: ({ id }) => {
        const runId = runOfDelivery(String(id));
        // a job that no run stands behind was put there by hand
        if (runId === null) return { displayText: "No run stands behind it", href: overviewPath };
        return { displayText: "The run in Postgres", href: runPath(runId) };
      },
    });
    this.#name = queue.name;
    this.#depths = depths;
    this.setFormatter("data", trimmed);
    this.setFormatter("returnValue", trimmed);
    this.setFormatter("progress", trimmed);
  }

  override getDescription(): string {
    const depth = this.#depths.latest.find(({ queue }) => queue === this.#name);
    const { waiting, delayed, started } = depth ?? { waiting: 0, delayed: 0, started: 0 };
    return `In Postgres: ${waiting} waiting, ${delayed} delayed, ${started} started`;
  }
}

function trimmed(value: unknown): unknown {
  const text = JSON.stringify(value);
  if (text === undefined || text.length <= shownCharactersMax) return value;
  return `${text.slice(0, shownCharactersMax)} ... (${text.length} characters; the run has all)`;
}
