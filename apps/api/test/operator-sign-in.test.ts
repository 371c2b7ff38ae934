import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Desk, password, startDesk } from "./operator-desk.ts";

let desk: Desk;
let operatorId: string;

beforeAll(async () => {
  desk = await startDesk({ allowedOrigins: ["https://desk.example.com"] });
  operatorId = await desk.addOperator("op@example.com", "full");
  await desk.addOperator("member@example.com", null);
});

afterAll(() => desk.stop());

describe("operator sign-in", () => {
  test("is where pages lead without a session, while calls of the board's API answer 401", async () => {
    for (const path of ["/queues", "/queues/queue/operations?status=failed", "/queues/static/js/x.js"]) {
      const response = await desk.send("GET", path);
      expect(response.status).toBe(303);
      expect(response.headers.get("location")).toBe(`/admin/sign-in?next=${encodeURIComponent(`/admin${path}`)}`);
    }
    for (const [method, path] of [
      ["GET", "/queues/api/queues"],
      ["PUT", "/queues/api/queues/pause"],
      ["DELETE", "/queues/anything"],
    ] as const) {
      const response = await desk.send(method, path);
      expect(response.status).toBe(401);
      expect(response.headers.get("content-type")).toContain("application/problem+json");
      expect(await response.json()).toMatchObject({ status: 401, code: "unauthenticated" });
    }
  });

  test("shows a page that needs no script and no other file", async () => {
    const response = await desk.send("GET", "/sign-in");
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain('<form method="post" action="/admin/sign-in">');
    expect(html).not.toMatch(/<script|src=|https?:\/\//);
    const policy = response.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe-inline");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("sets a cookie that scripts, other sites and other paths do not get, and leads on", async () => {
    const next = "/admin/queues/queue/operations?status=failed";
    const response = await desk.submitSignIn({ email: "op@example.com", password, next });
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(next);
    const [cookie = ""] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^deskpulse_operator=[A-Za-z0-9_-]{43}; /);
    expect(cookie.split("; ").slice(1).sort()).toEqual(["HttpOnly", "Max-Age=28800", "Path=/admin", "SameSite=Strict"]);
    expect(await desk.lastAudit()).toMatchObject({ actor: operatorId, act: "sign-in", outcome: "done" });
  });

  test("leads nowhere but to the board", async () => {
    for (const next of [
      "https://evil.example",
      "//evil.example",
      "/admin/queues.evil.example",
      "/admin/queues//..",
      "",
    ]) {
      const response = await desk.submitSignIn({ email: "op@example.com", password, next });
      expect(response.headers.get("location")).toMatch(/^\/admin\/queues(\/\/\.\.)?$/);
    }
  });

  test("refuses a wrong password, an unknown e-mail and a user who is no operator, and keeps the e-mail in the form", async () => {
    for (const [email, given, status] of [
      ["op@example.com", "wrong", 401],
      ['"><script>@example.com', password, 401],
      ["member@example.com", password, 403],
      ["", "", 401],
    ] as const) {
      const response = await desk.submitSignIn({ email, password: given });
      const html = await response.text();
      expect(response.status).toBe(status);
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(html).toContain('role="alert"');
      expect(html).toContain(email.replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"));
      expect(html).not.toContain("<script>");
    }
  });

  test("refuses a form from another site or without an origin, and takes one from the configured origin", async () => {
    const fields = { email: "op@example.com", password };
    for (const origin of ["https://evil.example", "null", desk.origin.replace("http:", "https:")]) {
      const response = await desk.submitSignIn(fields, { origin });
      expect(response.status).toBe(403);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    const response = await desk.submitSignIn(fields, { origin: "https://desk.example.com" });
    expect(response.status).toBe(303);
  });

  test("takes the cookie only over https where the desk is reached so", async () => {
    const secure = await startDesk({ secureCookie: true });
    try {
      await secure.addOperator("op@example.com", "full");
      const response = await secure.submitSignIn({ email: "op@example.com", password });
      expect(response.headers.getSetCookie()[0]).toContain("; Secure");
      expect(response.headers.get("strict-transport-security")).toContain("max-age=");
    } finally {
      await secure.stop();
    }
  });
});

describe("an operator's session at the board", () => {
  test("shows the board, with scripts from files only", async () => {
    const cookie = await desk.signIn("op@example.com");
    const page = await desk.send("GET", "/queues", { cookie });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("__UI_CONFIG__");
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(page.headers.get("x-frame-options")).toBe("DENY");
    const queues = await desk.send("GET", "/queues/api/queues", { cookie });
    expect(queues.headers.get("cache-control")).toBe("no-store");
    expect(await queues.json()).toMatchObject({ queues: [{ name: "analytics" }, { name: "operations" }] });
  });

  test("ends with sign-out, for whoever kept the cookie too", async () => {
    const cookie = await desk.signIn("op@example.com");
    const foreign = await desk.send("POST", "/sign-out", { cookie, headers: { origin: "https://evil.example" } });
    expect(foreign.status).toBe(403);
    expect((await desk.send("GET", "/queues", { cookie })).status).toBe(200);

    const response = await desk.send("POST", "/sign-out", { cookie });
    expect(response.status).toBe(303);
    expect(response.headers.getSetCookie()[0]).toContain("Max-Age=0");
    expect((await desk.send("GET", "/queues/api/queues", { cookie })).status).toBe(401);
    expect(await desk.lastAudit()).toMatchObject({ actor: operatorId, act: "sign-out", outcome: "done" });
  });

  test("ends with its time", async () => {
    const cookie = await desk.signIn("op@example.com");
    await desk.database.sql`update operator_sessions set expires_at = now()`;
    expect((await desk.send("GET", "/queues/api/queues", { cookie })).status).toBe(401);
  });

  test("is not opened by a forged cookie", async () => {
    for (const secret of ["", "x", "A".repeat(43), "%00", "' or true --"]) {
      const response = await desk.send("GET", "/queues/api/queues", { cookie: `deskpulse_operator=${secret}` });
      expect(response.status).toBe(401);
    }
  });

  test("answers 503 at once while Redis is away", async () => {
    const cookie = await desk.signIn("op@example.com");
    desk.away.redis = true;
    try {
      const response = await desk.send("GET", "/queues/api/queues", { cookie });
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("1");
    } finally {
      desk.away.redis = false;
    }
  });
});
