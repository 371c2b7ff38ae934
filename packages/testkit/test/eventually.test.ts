import { expect, test } from "@jest/globals";
import { eventually } from "../src/eventually.ts";

test("gives back the first value that comes without an error", async () => {
  let calls = 0;
  const value = await eventually(() => {
    calls++;
    if (calls < 3) throw new Error("not yet");
    return "there";
  });
  expect(value).toBe("there");
  expect(calls).toBe(3);
});

test("throws the last error after the deadline", async () => {
  const never = () => {
    throw new Error("never");
  };
  await expect(eventually(never, { timeoutMs: 50 })).rejects.toThrow("never");
});
