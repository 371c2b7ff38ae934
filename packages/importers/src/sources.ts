import { publicEvents } from "./events-source.ts";
import { servicenowIncidents } from "./servicenow-incidents-source.ts";
import type { Source } from "./source.ts";
import { twitterCare } from "./twitter-care-source.ts";

/** Every kind of file that can be imported. */
export const sources: readonly Source[] = [servicenowIncidents, twitterCare, publicEvents];
