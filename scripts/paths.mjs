import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The clone. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Where `npm start` keeps what it must find again; a relative DATA_DIR counts from the clone. */
export const dataDir = resolve(root, process.env.DATA_DIR || ".data");

/** What can be thrown away: build stamps, test results, fetched programs. */
export const cacheDir = resolve(root, ".cache");
