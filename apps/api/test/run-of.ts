import { runBody } from "@deskpulse/contract/jobs/run";
import { expect } from "@jest/globals";
import type { z } from "zod";

export type RunAnswer = z.output<typeof runBody>;

/** The run in an answer of this status; `Location` belongs to 202. */
export async function runOf(response: Response, status: number): Promise<RunAnswer> {
  const text = await response.text();
  expect({ status: response.status, text }).toEqual({ status, text: expect.any(String) });
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
  const run = runBody.parse(JSON.parse(text));
  if (status === 202) expect(response.headers.get("location")).toBe(`/api/jobs/${run.id}`);
  return run;
}
