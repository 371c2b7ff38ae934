import type { Jobs } from "@deskpulse/jobs/catalog";
import type { z } from "zod";

type Definition<Name> = { [Key in keyof Jobs]: Jobs[Key]["name"] extends Name ? Jobs[Key] : never }[keyof Jobs];

/** The name of a job, as callers write it. */
export type JobName = Jobs[keyof Jobs]["name"];

/** What callers send for the job. */
export type JobRequestOf<Name extends JobName> = z.input<Definition<Name>["request"]>;

/** What a completed run of the job holds. */
export type JobResultOf<Name extends JobName> = z.output<Definition<Name>["output"]>;
