import { z } from "zod";

/** What 204 answers with. */
export const noBody = z.undefined();
