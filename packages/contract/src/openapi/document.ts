import { jobs } from "@deskpulse/jobs/catalog";
import type { z } from "zod";
import { problemDocument } from "../http/problem.ts";
import type { RouteContract } from "../http/route.ts";
import { routes } from "../routes.ts";
import { type JsonSchema, jsonSchemaOf } from "./json-schema.ts";
import { areaOf, type Operation, operationOf } from "./operation.ts";
import { problemMeanings } from "./problem-statuses.ts";
import { answerNames, schemaNameOf } from "./schema-names.ts";

export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, unknown>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

/** The whole contract over HTTP as an OpenAPI 3.1 document; equal tables give equal documents. */
export function openApiDocument(): OpenApiDocument {
  const names = answerNames();
  const schemas: Record<string, JsonSchema> = {};
  const describe = (schema: z.ZodType, io: "input" | "output"): JsonSchema => {
    // names belong to answers: what is sent may differ from what comes back
    const { $defs = {}, ...described } = jsonSchemaOf(schema, io, io === "output" ? names : undefined);
    for (const [name, named] of Object.entries($defs)) schemas[name] = inDocument(named);
    return inDocument(described);
  };
  const problem = describe(problemDocument, "output");
  const paths: Record<string, Record<string, Operation>> = {};
  const table = Object.entries<RouteContract>(routes);
  for (const [key, route] of table) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(key, route, describe) };
  }
  for (const job of Object.values(jobs)) {
    schemas[`${schemaNameOf(job.name)}Request`] = { description: job.summary, ...describe(job.request, "input") };
    describe(job.output, "output");
  }
  return {
    openapi: "3.1.0",
    info: { title: "Deskpulse", version: "0.1.0", description: introduction },
    servers: [{ url: "/" }],
    tags: [...new Set(table.map(([, route]) => areaOf(route)))].sort().map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      responses: problemResponses(problem),
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "An access token (JWT) or an API key." },
      },
    },
  };
}

const introduction = [
  "Operations of a multi-tenant customer-support platform. Every answer that is not a success is a problem document",
  "(RFC 9457) with a `code` of a closed set. Times are ISO 8601 with zone. Work is started with 202 and a run, which",
  "`/api/jobs/{runId}` reads. What `POST /api/jobs` takes as `input` is the schema `<Job>Request` of the job.",
].join(" ");

/** Where zod puts named schemas is not where OpenAPI keeps them. */
const inDocument = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;

function problemResponses(schema: JsonSchema): Record<string, unknown> {
  const requestId = { description: "Finds the request in the log.", schema: { type: "string" } };
  const retryAfter = { description: "Seconds.", schema: { type: "integer", minimum: 0 } };
  const content = { "application/problem+json": { schema } };
  const responses: Record<string, unknown> = {
    Problem: { description: "Any other problem.", headers: { "X-Request-Id": requestId }, content },
  };
  for (const [status, description] of Object.entries(problemMeanings)) {
    const waits = status === "429" || status === "503";
    responses[`Problem${status}`] = {
      description,
      headers: { "X-Request-Id": requestId, ...(waits ? { "Retry-After": retryAfter } : {}) },
      content,
    };
  }
  return responses;
}
