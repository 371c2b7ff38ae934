import type { RouteContract } from "../http/route.ts";
import { type JsonSchema, jsonSchemaOf } from "./json-schema.ts";

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

/** Every parameter of a route: in its path, its query, its headers. Authorization is said by the security scheme. */
export function parametersOf(route: RouteContract): Parameter[] {
  return [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)];
}

/** Whether work is started or waited for, so that `Prefer` has a meaning. */
export const takesPrefer = ({ replies }: RouteContract): boolean => 200 in replies && 202 in replies;

function pathParameters({ path, params }: RouteContract): Parameter[] {
  const properties = params === undefined ? {} : (jsonSchemaOf(params, "input").properties ?? {});
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: properties[name] ?? { type: "string" },
  }));
}

function queryParameters({ query }: RouteContract): Parameter[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = jsonSchemaOf(query, "input");
  const read = jsonSchemaOf(query, "output").properties ?? {};
  return Object.entries(properties).map(([name, sent]) => {
    const { description, ...schema } = moreTelling(sent, read[name]);
    return {
      name,
      in: "query",
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema,
    };
  });
}

/** Digits that are read as a number are better described as that number, with its bounds. */
function moreTelling(sent: JsonSchema, read: JsonSchema | undefined): JsonSchema {
  const isNumber = read?.type === "integer" || read?.type === "number";
  return sent.type === "string" && isNumber ? { ...read } : sent;
}

function headerParameters(route: RouteContract): Parameter[] {
  const headers: Omit<Parameter, "in" | "required">[] = [];
  if (route.idempotent === true) {
    headers.push({
      name: "Idempotency-Key",
      description: "The same key with the same body gets the first answer again, for 24 hours.",
      schema: { type: "string", pattern: "^[!-~]{1,200}$" },
    });
  }
  if (takesPrefer(route)) {
    headers.push({
      name: "Prefer",
      description: "`wait=N`: wait up to N seconds (at most 30) for the end. `respond-async`: do not wait.",
      schema: { type: "string" },
    });
  }
  if (route.conditional === true) {
    headers.push({
      name: "If-None-Match",
      description: "The ETag of an earlier answer: 304 without a body when nothing has changed.",
      schema: { type: "string" },
    });
  }
  return headers.map((header) => ({ ...header, in: "header", required: false }));
}
