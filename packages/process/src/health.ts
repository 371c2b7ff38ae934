export interface Readiness {
  readonly ready: boolean;
  /** What each thing that the process needs looks like now. "degraded": it works, with less. */
  readonly checks: Readonly<Record<string, "ok" | "degraded" | "failed">>;
}

export type ReadinessCheck = () => Promise<"ok" | "degraded" | "failed">;

const checkTimeoutMs = 1_500;

/** Runs all checks side by side; one that throws or hangs past 1.5 s has failed. Ready when none failed. */
export async function checkReadiness(checks: Readonly<Record<string, ReadinessCheck>>): Promise<Readiness> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await settle(check)] as const),
  );
  return { ready: results.every(([, result]) => result !== "failed"), checks: Object.fromEntries(results) };
}

async function settle(check: ReadinessCheck): Promise<"ok" | "degraded" | "failed"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"failed">((resolve) => {
    timer = setTimeout(resolve, checkTimeoutMs, "failed");
  });
  try {
    return await Promise.race([check().catch(() => "failed" as const), late]);
  } finally {
    clearTimeout(timer);
  }
}
