import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { countRows } from "../api-fixture.ts";
import { type Desk, startDesk } from "../operator-desk.ts";

const program = fileURLToPath(new URL("../../src/create-operator-main.ts", import.meta.url));
const root = fileURLToPath(new URL("../../../..", import.meta.url));
const password = "a long enough password";

let desk: Desk;
let databaseUrl: string;
beforeAll(async () => {
  desk = await startDesk();
  databaseUrl = desk.databaseUrl;
});
afterAll(() => desk?.stop());

async function create(args: readonly string[], given: { readonly stdin?: string; readonly variable?: string } = {}) {
  const child = spawn(process.execPath, ["--conditions=development", "--import", "tsx", program, ...args], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      ...(given.variable === undefined ? {} : { DESKPULSE_PASSWORD: given.variable }),
    },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  child.stdin.end(given.stdin ?? "");
  const [code] = await once(child, "close");
  return { code, said };
}

test("exit 0: who was made may sign in at the desk, and the audit log knows", async () => {
  const made = await create(["--email", "Olga@Example.org", "--name", "Olga"], { stdin: `${password}\n` });
  expect(made).toEqual({ code: 0, said: expect.stringContaining("Operator olga@example.org was made") });
  expect(await desk.lastAudit()).toMatchObject({ actor: "command-line", act: "create-operator", outcome: "done" });
  const signedIn = await desk.submitSignIn({ email: "olga@example.org", password });
  expect(signedIn.status).toBe(303);
});

test("exit 0: --read-only, with the password in DESKPULSE_PASSWORD", async () => {
  const made = await create(["--email", "rita@example.org", "--name", "Rita", "--read-only"], { variable: password });
  expect(made.code).toBe(0);
  const [row] = await desk.database.sql`select operator from users where email = 'rita@example.org'`;
  expect(row?.operator).toBe("read-only");
});

test("exit 1: a wrong call changes nothing and repeats no password", async () => {
  await desk.addOperator("taken@example.org", null);
  const before = await countRows(desk.database, "users");
  const secret = "typed by mistake";
  const wrong = [
    { args: ["--email", "taken@example.org", "--name", "T"], stdin: password, says: "has the e-mail" },
    { args: ["--email", "short@example.org", "--name", "S"], stdin: "short", says: "12 to 1000 characters" },
    { args: ["--email", "nobody", "--name", ""], stdin: password, says: "--email" },
    { args: ["--email", "p@example.org", "--name", "P", `--password=${secret}`], stdin: password, says: "not known" },
  ];
  for (const { args, stdin, says } of wrong) {
    const refused = await create(args, { stdin });
    expect(refused).toEqual({ code: 1, said: expect.stringContaining(says) });
    expect(refused.said).not.toContain(secret);
  }
  expect(await countRows(desk.database, "users")).toBe(before);
  const [taken] = await desk.database.sql`select operator from users where email = 'taken@example.org'`;
  expect(taken?.operator).toBeNull();
});
