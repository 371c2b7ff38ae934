import { openApiDocument } from "@deskpulse/contract/openapi/document";
import { routes } from "@deskpulse/contract/routes";
import { expect, test } from "@jest/globals";
import { Validator } from "@seriousme/openapi-schema-validator";

const document = openApiDocument();
/** As a reader of the file gets it. */
const read = JSON.parse(JSON.stringify(document)) as Record<string, unknown>;

test("a foreign validator takes the document for OpenAPI 3.1", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(read));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(validator.version).toBe("3.1");
});

test("the same validator refuses the document once a response is broken", async () => {
  const broken = structuredClone(read) as { components: { responses: Record<string, unknown> } };
  broken.components.responses.Problem400 = { headers: 1 };
  expect((await new Validator().validate(broken as never)).valid).toBe(false);
});

test("every route of the contract is an operation of the document, and nothing else is", () => {
  const told = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`),
  );
  const rows = Object.entries(routes).map(([key, { method, path }]) => `${key} ${method} ${path}`);
  expect(told.sort()).toEqual(rows.sort());
});

test("every reference leads somewhere within the document", () => {
  const references = [...JSON.stringify(read).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference = ""]) => reference);
  expect(references.length).toBeGreaterThan(50);
  for (const reference of new Set(references)) {
    const target = reference
      .replace(/^#\//, "")
      .split("/")
      .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], read);
    expect({ reference, found: typeof target }).toEqual({ reference, found: "object" });
  }
});

test("every parameter of a path is in its operation", () => {
  for (const [path, methods] of Object.entries(document.paths)) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { parameters } of Object.values(methods)) {
      expect(parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name)).toEqual(named);
    }
  }
});
