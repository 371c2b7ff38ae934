import type { z } from "zod";
import type { RouteContract, RouteRole } from "../http/route.ts";
import type { JsonSchema } from "./json-schema.ts";
import { type Parameter, parametersOf, takesPrefer } from "./parameters.ts";
import { problemStatusesOf } from "./problem-statuses.ts";

interface Content {
  readonly schema: JsonSchema;
}

interface Header {
  readonly description: string;
  readonly schema: JsonSchema;
}

interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Header>>;
  readonly content?: Readonly<Record<string, Content>>;
}

interface Reference {
  readonly $ref: string;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly "x-role": RouteRole;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Response | Reference>>;
}

/** How a role reads in a sentence that begins with "For". */
export const roleText: Readonly<Record<RouteRole, string>> = {
  anyone: "anyone, without a credential",
  agent: "every role",
  supervisor: "supervisors, admins and operators",
  admin: "admins and operators",
  operator: "operators",
};

/** The area of a route, as its path says it: `/api/jobs/{runId}` belongs to `jobs`. */
export const areaOf = ({ path }: RouteContract): string => path.split("/")[2]?.replace(/\..*/, "") ?? "";

/** One row of the route table as an OpenAPI operation; `describe` writes schemas so that they fit the document. */
export function operationOf(
  key: string,
  route: RouteContract,
  describe: (schema: z.ZodType, io: "input" | "output") => JsonSchema,
): Operation {
  return {
    operationId: key,
    summary: route.summary,
    description: descriptionOf(route),
    tags: [areaOf(route)],
    "x-role": route.role,
    security: route.role === "anyone" ? [] : [{ bearer: [] }],
    parameters: parametersOf(route),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: { required: true, content: bodyContent(route.body, route.rawBody, describe) },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.replies).map(([status, schema]) => [
          status,
          successOf(Number(status), route, describe(schema, "output")),
        ]),
      ),
      ...(route.conditional === true ? { 304: { description: "Nothing has changed since the given ETag." } } : {}),
      ...Object.fromEntries(
        problemStatusesOf(route).map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
      ),
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

function bodyContent(
  body: z.ZodType,
  raw: RouteContract["rawBody"],
  describe: (schema: z.ZodType, io: "input" | "output") => JsonSchema,
): Record<string, Content> {
  const schema = describe(body, "input");
  if (raw === undefined) return { "application/json": { schema } };
  const entry = describe(raw.entry, "input");
  return Object.fromEntries(
    raw.mediaTypes.map((type) => [
      type,
      // of other types each entry stands in a line
      { schema: type === "application/json" ? { ...schema, items: entry } : entry },
    ]),
  );
}

function descriptionOf(route: RouteContract): string {
  const sentences = [`For ${roleText[route.role]}.`];
  if (route.method !== "GET" && route.role !== "anyone") sentences.push("Not for operators who may only read.");
  return sentences.join(" ");
}

function successOf(status: number, route: RouteContract, schema: JsonSchema): Response {
  const headers: Record<string, Header> = {};
  if (status === 202) headers.Location = { description: "Where the run is read.", schema: { type: "string" } };
  if (status === 200 && route.conditional === true) {
    headers.ETag = { description: "Names this answer, for If-None-Match.", schema: { type: "string" } };
  }
  return {
    description: meaningOf(status, route),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(status === 204
      ? {}
      : { content: { "application/json": { schema }, ...(status === 200 ? otherContent(route) : {}) } }),
  };
}

const otherContent = ({ mediaTypes = [] }: RouteContract): Record<string, Content> =>
  Object.fromEntries(mediaTypes.map((type) => [type, { schema: { type: "string" } }]));

function meaningOf(status: number, route: RouteContract): string {
  if (status === 202) return takesPrefer(route) ? "The run that is not done yet." : "Accepted: the run.";
  if (status === 201) return "Made.";
  return status === 204 ? "Done." : "The answer.";
}
