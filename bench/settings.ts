/** How long and how often everything is measured. */
export interface Settings {
  readonly rounds: number;
  /** Percentiles of the push bench and starts need other numbers of rounds than rates. */
  readonly coldStartRounds: number;
  readonly enqueueSeconds: number;
  readonly workerRuns: { readonly ours: number; readonly peer: number; readonly withRow: number };
  /** Look for each side's best concurrency first? Else the best ones known are taken. */
  readonly searchConcurrency: boolean;
  /** Of all tenants; the one that is measured holds half. */
  readonly analyticsConversations: number;
  readonly push: { readonly perSecond: number; readonly seconds: number; readonly warmUpSeconds: number };
}

const full: Settings = {
  rounds: 5,
  coldStartRounds: 9,
  enqueueSeconds: 6,
  workerRuns: { ours: 20_000, peer: 30_000, withRow: 6_000 },
  searchConcurrency: true,
  analyticsConversations: 100_000,
  push: { perSecond: 500, seconds: 20, warmUpSeconds: 5 },
};

const quick: Settings = {
  rounds: 3,
  coldStartRounds: 7,
  enqueueSeconds: 3,
  workerRuns: { ours: 10_000, peer: 20_000, withRow: 3_000 },
  searchConcurrency: false,
  analyticsConversations: 20_000,
  push: { perSecond: 500, seconds: 8, warmUpSeconds: 3 },
};

/** Only shows that everything runs. */
const smoke: Settings = {
  rounds: 1,
  coldStartRounds: 1,
  enqueueSeconds: 1,
  workerRuns: { ours: 300, peer: 300, withRow: 100 },
  searchConcurrency: false,
  analyticsConversations: 200,
  push: { perSecond: 50, seconds: 1, warmUpSeconds: 1 },
};

export const modes = { full, quick, smoke };
