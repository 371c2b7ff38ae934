import { problemStatuses } from "@deskpulse/domain/errors";
import type { RouteContract } from "../http/route.ts";
import { hasBounds, jsonSchemaOf } from "./json-schema.ts";
import { parametersOf } from "./parameters.ts";

/** What each status of a problem means on any route. */
export const problemMeanings = {
  400: "The request cannot be read: syntax, an unknown or repeated name, a wrong type.",
  401: "No credential, or one that is not (or no longer) valid.",
  403: "The caller's role does not allow it.",
  404: "It does not exist, or belongs to somebody else.",
  409: "In conflict with the present state.",
  413: "The body is too large.",
  415: "The body is not JSON (or what else the route takes) in UTF-8, or of an unsupported encoding.",
  422: "It can be read and makes no sense, or its Idempotency-Key belongs to another request.",
  429: "Too many requests; `Retry-After` says when to come again.",
  503: "Something that the route needs is away; `Retry-After` says when to come again.",
} as const;
export type ProblemStatus = keyof typeof problemMeanings;

/** The statuses of the problems that a route can answer, ascending: what follows from its row, and what the row names. */
export function problemStatusesOf(route: RouteContract): ProblemStatus[] {
  const named = new Set<number>(route.problems?.map((code) => problemStatuses[code]));
  const follows = (status: ProblemStatus): boolean => named.has(status) || rules[status](route);
  return statuses.filter(follows);
}

const statuses = Object.keys(problemMeanings).map((text) => Number(text) as ProblemStatus);

const always = (): boolean => true;
const takesBody = ({ method }: RouteContract): boolean => method !== "GET";

const rules: Readonly<Record<ProblemStatus, (route: RouteContract) => boolean>> = {
  400: always,
  401: ({ role }) => role !== "anyone",
  // everybody is at least an agent, but operators who may only read change nothing
  403: ({ role, method }) => role !== "anyone" && (role !== "agent" || method !== "GET"),
  // who is not known is not told what exists
  404: (route) => (route.params !== undefined && route.role !== "anyone") || namesTenant(route),
  409: () => false,
  413: takesBody,
  415: takesBody,
  // an operator has to say for which tenant work is to be started; and a key may belong to another request
  422: (route) =>
    (route.idempotent === true && (route.params !== undefined || namesTenant(route))) || hasBoundedInput(route),
  429: always,
  503: always,
};

/** Whether the caller can say which tenant is meant. */
export function namesTenant({ query, body }: RouteContract): boolean {
  return [query, body].some(
    (part) => part !== undefined && jsonSchemaOf(part, "input").properties?.tenantId !== undefined,
  );
}

function hasBoundedInput(route: RouteContract): boolean {
  if (route.body !== undefined && hasBounds(jsonSchemaOf(route.body, "input"))) return true;
  return parametersOf(route).some((parameter) => parameter.in === "query" && hasBounds(parameter.schema));
}
