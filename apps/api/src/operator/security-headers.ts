import { createHash } from "node:crypto";
import type { RequestHandler } from "express";
import helmet from "helmet";
import { deskStyle } from "./desk-style.ts";

const ownStyle = `'sha256-${createHash("sha256").update(deskStyle).digest("base64")}'`;

/** Headers for the desk's own pages: no script, and one style known by its hash. */
export const pageHeaders = (https: boolean): RequestHandler =>
  headers(https, { styleSrc: [ownStyle], imgSrc: ["data:"] });

/**
 * Headers for Bull Board: its scripts are files, so none may stand in the page; its styles are also inline.
 * The fonts that its page asks a foreign server for are not fetched.
 */
export const boardHeaders = (https: boolean): RequestHandler =>
  headers(https, {
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
  });

function headers(https: boolean, directives: Record<string, string[]>): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...directives,
      },
    },
    // With helmet's "no-referrer", browsers would send `Origin: null` with the sign-in form.
    referrerPolicy: { policy: "same-origin" },
    frameguard: { action: "deny" },
    strictTransportSecurity: https,
  });
}
