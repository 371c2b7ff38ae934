import { bundle } from "../bundle.ts";

/** The API as it ships, over the job map of the benches. */
export const bundleApi = (): Promise<string> =>
  bundle({
    entry: "apps/api/src/main.ts",
    name: "api",
    replacing: { "@deskpulse/jobs/catalog": "bench/job-map.ts" },
  });
