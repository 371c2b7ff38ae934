import { expect, test } from "@jest/globals";
import { createSession } from "../src/session.ts";

/** A token of 900 s, by the clock of whoever issued it. */
function tokenIssued(atMs: number): string {
  const iat = Math.floor(atMs / 1_000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "HS256" })}.${part({ iat, exp: iat + 900, name: "Zoë 日本" })}.signature`;
}
const sessionOf = (accessToken: string, next: string) =>
  createSession({
    fixed: undefined,
    tokens: { accessToken, refreshToken: "r" },
    onTokens: undefined,
    refresh: async () => ({ accessToken: next, refreshToken: "s" }),
  });

test("a token is to be renewed a minute before its end", () => {
  const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
  expect(sessionOf(tokenIssued(nowMs), "").renewAtMs()).toBe(nowMs + 840_000);
});

test("a clock that goes an hour fast does not renew fresh tokens for ever", async () => {
  const hourAgoMs = Date.now() - 3_600_000;
  const session = sessionOf(tokenIssued(hourAgoMs), tokenIssued(hourAgoMs));
  expect(session.renewAtMs()).toBeLessThan(Date.now());
  expect(await session.renew(session.credential())).toBe(true);
  expect(session.renewAtMs()).toBeGreaterThan(Date.now() + 800_000);
});

test("a token that says nothing of its end is not renewed ahead", () => {
  for (const opaque of ["dp_key", "a.b.c", "", "a..c"]) expect(sessionOf(opaque, "").renewAtMs()).toBeNull();
});
