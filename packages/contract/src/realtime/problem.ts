import { type ProblemCode, problemStatuses } from "@deskpulse/domain/errors";
import { z } from "zod";

const isProblemCode = (code: string): code is ProblemCode => code in problemStatuses;

/** Why something was refused over a socket: the same codes as in HTTP answers. */
export const socketProblem = z.object({
  code: z.enum(Object.keys(problemStatuses).filter(isProblemCode)),
  detail: z.string().describe("For people."),
});

export type SocketProblem = z.output<typeof socketProblem>;

/** The acknowledgement of a request that answers with nothing but its success. */
export const doneOrProblem = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), problem: socketProblem }),
]);

export type DoneOrProblem = z.output<typeof doneOrProblem>;
