import { type ProblemDocument, problemDocument } from "@deskpulse/contract/http/problem";
import { problemStatuses } from "@deskpulse/domain/errors";
import { expect } from "@jest/globals";

/** The answer is a problem document of this status, in the contract's shape, and tells nothing of our insides. */
export async function expectProblem(response: Response, status: number): Promise<ProblemDocument> {
  const text = await response.text();
  expect({ status: response.status, text }).toEqual({ status, text: expect.any(String) });
  expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  const problem = problemDocument.parse(JSON.parse(text));
  expect(problem.status).toBe(status);
  expect(problemStatuses[problem.code]).toBe(status);
  expect(problem.requestId).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
  expect(response.headers.get("x-request-id")).toBe(problem.requestId);
  expect(text).not.toMatch(/ {4}at |node_modules|\.ts:\d|postgres|deskpulse_tenant|select |insert into/i);
  if (status === 401) expect(response.headers.get("www-authenticate")).toBe('Bearer realm="deskpulse"');
  if (status === 503) expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  return problem;
}

/** Where the problem says that the request is wrong. */
export const pointersOf = (problem: ProblemDocument): string[] => problem.errors.map(({ pointer }) => pointer);
