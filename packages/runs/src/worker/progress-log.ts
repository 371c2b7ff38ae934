import type { Database } from "@deskpulse/db/connect";
import { appendLogLines, type NewLogLine } from "@deskpulse/db/jobs/append-log-lines";
import type { ClaimedRun } from "@deskpulse/db/jobs/claim-runs";
import { saveProgress } from "@deskpulse/db/jobs/save-progress";
import { asEngine } from "@deskpulse/db/transaction";
import type { RunProgress } from "@deskpulse/domain/runs/run";
import type { Publisher } from "@deskpulse/push/publisher";
import type { RunLog } from "../run-service.ts";

const writeEveryMs = 250;
const linesPerRunMax = 1_000;
const lineLengthMax = 2_000;
const linesWaitingMax = 20_000;

/** Told of progress and lines after they are stored, for the mirror in BullMQ. */
export type ProgressMirror = (runId: string, progress: RunProgress | undefined, lines: readonly string[]) => void;

/** Gathers what running processors say and stores it a few times a second, for all runs together. */
export class ProgressLog {
  readonly #database: Database;
  readonly #publisher: Publisher;
  readonly #mirror: ProgressMirror;
  readonly #log: RunLog;
  readonly #progress = new Map<string, { claim: ClaimedRun; progress: RunProgress }>();
  readonly #linesOf = new Map<string, number>();
  #lines: NewLogLine[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(database: Database, publisher: Publisher, mirror: ProgressMirror, log: RunLog) {
    this.#database = database;
    this.#publisher = publisher;
    this.#mirror = mirror;
    this.#log = log;
  }

  progress(claim: ClaimedRun, share: number, note?: string): void {
    const bounded = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0));
    const progress = note === undefined ? { share: bounded } : { share: bounded, note: note.slice(0, 200) };
    this.#progress.set(claim.id, { claim, progress });
    this.#writeSoon();
  }

  line(claim: ClaimedRun, line: string): void {
    this.#log.info({ run: claim.id, job: claim.job, tenant: claim.tenantId }, line);
    const count = (this.#linesOf.get(claim.id) ?? 0) + 1;
    this.#linesOf.set(claim.id, count);
    if (count > linesPerRunMax || this.#lines.length >= linesWaitingMax) return;
    const text = line.replaceAll("\0", "").slice(0, lineLengthMax);
    this.#lines.push({ runId: claim.id, tenantId: claim.tenantId, atMs: Date.now(), line: text });
    this.#writeSoon();
  }

  /** Stores what this run said before it ends; costs nothing for a run that said nothing. */
  async settle(runId: string): Promise<void> {
    const said = this.#progress.has(runId) || this.#linesOf.has(runId);
    if (said) await this.#write();
    this.#linesOf.delete(runId);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#write();
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#write();
    }, writeEveryMs);
  }

  async #write(): Promise<void> {
    while (this.#writing) await this.#writing;
    this.#writing = this.#store().finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
  }

  async #store(): Promise<void> {
    const steps = [...this.#progress.values()];
    const lines = this.#lines;
    this.#progress.clear();
    this.#lines = [];
    if (steps.length === 0 && lines.length === 0) return;
    try {
      await asEngine(this.#database, async (tx) => {
        if (lines.length > 0) await appendLogLines(tx, lines, linesPerRunMax);
        const rows = steps.map(({ claim, progress }) => ({ id: claim.id, starts: claim.starts, progress }));
        if (rows.length > 0) await saveProgress(tx, rows);
      });
    } catch (error) {
      // progress is for watching: losing some must not fail the run
      this.#log.warn({ err: error, lines: lines.length }, "could not store progress and log lines");
    }
    for (const { claim, progress } of steps) {
      const { id: runId, tenantId, createdBy, job } = claim;
      this.#publisher.publish({ kind: "progress", runId, tenantId, createdBy, job, progress });
    }
    for (const runId of new Set([...steps.map(({ claim }) => claim.id), ...lines.map((line) => line.runId)])) {
      const progress = steps.find(({ claim }) => claim.id === runId)?.progress;
      this.#mirror(
        runId,
        progress,
        lines.filter((line) => line.runId === runId).map(({ line }) => line),
      );
    }
  }
}
