import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type RequestHandler, Router } from "express";
import helmet from "helmet";
import { docsPath } from "./docs-path.ts";

const assets = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
/** The package holds source maps and other builds as well: only these are given out. */
const files = {
  "swagger-ui.css": "text/css",
  "swagger-ui-bundle.js": "text/javascript",
  "favicon-32x32.png": "image/png",
};

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Deskpulse API</title>
<link rel="stylesheet" href="${docsPath}/swagger-ui.css">
<link rel="icon" href="${docsPath}/favicon-32x32.png">
</head>
<body>
<div id="docs"></div>
<noscript>The same as a document: <a href="/api/openapi.json">/api/openapi.json</a></noscript>
<script src="${docsPath}/swagger-ui-bundle.js"></script>
<script src="${docsPath}/start.js"></script>
</body>
</html>
`;

// null: no foreign validator is asked, and a credential stays in this page until it is closed
const start = `SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  filter: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

/** The contract for people: Swagger UI over /api/openapi.json, from files of our own only. To be mounted at `docsPath`. */
export function createDocsPage(): Router {
  const router = Router();
  router.use(headers);
  router.get("/", (_req, res) => {
    res.type("html").send(page);
  });
  router.get("/start.js", (_req, res) => {
    res.type("text/javascript").send(start);
  });
  for (const [file, type] of Object.entries(files)) {
    const bytes = readFileSync(join(assets, file));
    router.get(`/${file}`, (_req, res) => {
      res.type(type).set("cache-control", "public, max-age=3600").send(bytes);
    });
  }
  return router;
}

const headers: RequestHandler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      // Swagger UI writes styles into elements
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", "data:"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  frameguard: { action: "deny" },
  // whether people come by https is the proxy's business
  strictTransportSecurity: false,
});
