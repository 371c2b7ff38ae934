import { describe, expect, test } from "@jest/globals";
import { hashPassword, verifyPassword } from "../src/password.ts";
import { createSlots } from "../src/slots.ts";

/** Work that ends when told to. */
function held() {
  let finish = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { done, finish };
}

describe("slots", () => {
  test("no more run at once than there are slots, and those who wait start in order of arrival", async () => {
    const inSlot = createSlots({ running: 2, waiting: 10 });
    const works = Array.from({ length: 5 }, held);
    const started: number[] = [];
    const all = works.map((work, index) =>
      inSlot(() => {
        started.push(index);
        return work.done;
      }),
    );
    expect(started).toEqual([0, 1]);
    works[1]?.finish();
    await all[1];
    expect(started).toEqual([0, 1, 2]);
    for (const work of works) work.finish();
    await Promise.all(all);
    expect(started).toEqual([0, 1, 2, 3, 4]);
  });

  test("work that fails gives its slot back", async () => {
    const inSlot = createSlots({ running: 1, waiting: 1 });
    await expect(inSlot(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    await expect(inSlot(() => Promise.resolve("next"))).resolves.toBe("next");
  });

  test("one more than may wait is refused at once, with a time to try again", async () => {
    const inSlot = createSlots({ running: 1, waiting: 1 });
    const first = held();
    const running = inSlot(() => first.done);
    const waiting = inSlot(() => Promise.resolve());
    await expect(inSlot(() => Promise.resolve())).rejects.toMatchObject({
      code: "too-many-requests",
      retryAfterSeconds: 1,
    });
    first.finish();
    await Promise.all([running, waiting]);
  });
});

describe("passwords", () => {
  test("are hashed with argon2id at OWASP's cost and a salt of their own", async () => {
    const [one, two] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    await expect(verifyPassword(one, "correct horse")).resolves.toBe(true);
    await expect(verifyPassword(one, "battery staple")).resolves.toBe(false);
  });

  test("never match for a user without one, not even the password behind the stand-in hash", async () => {
    await expect(verifyPassword(null, "no user has this password")).resolves.toBe(false);
  });

  test("more computations at once than may wait are refused, the others all finish", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => hashPassword("flood")));
    const refused = outcomes.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(100 - 2 - 64);
  });
});
