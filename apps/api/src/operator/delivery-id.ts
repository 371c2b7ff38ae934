const form = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})-\d{1,10}$/;

/** The run behind a job of BullMQ, whose id is `<runId>-<handover>`; null when no run stands behind it. */
export function runOfDelivery(jobId: string): string | null {
  return form.exec(jobId)?.[1] ?? null;
}
