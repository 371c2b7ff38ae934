import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

/**
 * Flags of Node with which the apps run; the containers and benches use them too. The larger young generation (32 MB,
 * not 16) spares a busy API half of its garbage collections. No source maps: reading them takes a tenth of a cold start,
 * and the bundles are not minified.
 */
export const appFlags = JSON.parse(readFileSync(join(root, "scripts/app-flags.json"), "utf8"));
