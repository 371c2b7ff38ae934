import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { ConfigError, count, flag, jwtSecret, port, processVariables, readConfig } from "../src/config.ts";

const variables = {
  ...processVariables,
  API_PORT: port.default(3000),
  JWT_SECRET: jwtSecret,
  POOL_MAX: count.default(10),
};
const sound = {
  DATABASE_URL: "postgres://me:secret@db:5432/deskpulse",
  REDIS_URL: "redis://cache:6379",
  JWT_SECRET: "x".repeat(32),
};

function refusal(environment: Record<string, string>): string {
  try {
    readConfig(variables, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("the configuration was taken");
}

describe("a configuration", () => {
  test("that says only what has no default is taken", () => {
    expect(readConfig(variables, sound)).toMatchObject({
      ...sound,
      REDIS_PREFIX: "deskpulse",
      API_PORT: 3000,
      DATABASE_PREPARED_STATEMENTS: true,
    });
  });

  test("counts an empty variable as not set", () => {
    expect(readConfig(variables, { ...sound, API_PORT: "" }).API_PORT).toBe(3000);
    expect(refusal({ ...sound, JWT_SECRET: "" })).toContain("JWT_SECRET: is not set");
  });

  test("names every bad variable at once, and no value", () => {
    const bad = {
      DATABASE_URL: "mysql://me:hunter2@db/x",
      REDIS_PREFIX: "With Blanks",
      API_PORT: "70000",
      JWT_SECRET: "short-secret",
      POOL_MAX: "many",
      LOG_LEVEL: "loud",
      DATABASE_PREPARED_STATEMENTS: "maybe",
    };
    const message = refusal(bad);
    for (const name of [...Object.keys(bad), "REDIS_URL"]) expect(message).toMatch(new RegExp(`^  ${name}: .`, "m"));
    expect(message.split("\n").filter((line) => line.startsWith("  "))).toHaveLength(Object.keys(bad).length + 1);
    for (const value of ["hunter2", "short-secret", "With Blanks"]) expect(message).not.toContain(value);
  });

  test.each([
    ["0", true],
    ["65535", true],
    ["65536", false],
    ["-1", false],
    ["80.5", false],
    ["0x50", true],
    ["eighty", false],
  ])("port %s is taken: %s", (text, taken) => {
    expect(port.safeParse(text).success).toBe(taken);
  });

  test("knows true and false and nothing between", () => {
    expect(z.array(flag).parse(["true", "false"])).toEqual([true, false]);
    for (const text of ["yes", "1", "TRUE", ""]) expect(flag.safeParse(text).success).toBe(false);
  });
});
