import { expect, test } from "@jest/globals";
import { redactInput } from "../src/redact-input.ts";

test("a copy for the board names no secrets, at any depth", () => {
  const copy = redactInput({ user: "ann", apiKey: "k1", nested: [{ refreshToken: "t1", "Set-Cookie": "c1" }] });
  expect(JSON.parse(copy)).toEqual({
    user: "ann",
    apiKey: "[redacted]",
    nested: [{ refreshToken: "[redacted]", "Set-Cookie": "[redacted]" }],
  });
});

test("a copy for the board stays short", () => {
  expect(JSON.parse(redactInput({ text: "x".repeat(101) }))).toEqual({ text: `${"x".repeat(100)}…` });
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`field-${index}`, "y".repeat(90)]));
  expect(redactInput(many).length).toBeLessThanOrEqual(501);
  expect(redactInput(undefined)).toBe("");
});
