/** Who may import whom, as DESIGN and ARCHITECTURE say it: package or app -> what its src may import of ours. */
const mayImport = {
  "packages/domain": [],
  "packages/process": [],
  "packages/local-services": [],
  "packages/jobs": ["domain"],
  "packages/db": ["domain"],
  "packages/push": ["domain"],
  "packages/cache": ["domain"],
  "packages/contract": ["jobs", "domain"],
  "packages/identity": ["db", "domain"],
  "packages/runs": ["jobs", "db", "push", "domain"],
  "packages/client": ["contract", "domain"],
  "apps/dashboard": ["client"],
  "apps/api": ["contract", "jobs", "runs", "identity", "db", "push", "cache", "domain", "process"],
  "apps/worker": ["jobs", "runs", "db", "push", "cache", "domain", "process"],
  "apps/realtime": ["contract", "push", "identity", "domain", "process", "db"],
};

/** Where the thing that was reached for is to be had instead. */
const doors = {
  "packages/domain": "Domain is pure: take what you need as an argument; I/O belongs to db, push or process.",
  "packages/process": "Process knows nothing of ours: pass it in from the app's main.ts.",
  "packages/local-services": "Local services stand alone: they run before anything is built.",
  "packages/jobs":
    "A job definition is policy and schemas: processors live in apps/worker, queries in db, enqueueing in runs.",
  "packages/db": "Queries know rows and domain types only: whoever calls them (runs, identity, an app) does the rest.",
  "packages/push": "Push carries hints: what they are about is read by apps/realtime through db.",
  "packages/contract": "The contract is safe for clients: handlers in apps/api call identity, runs and db.",
  "packages/cache":
    "The cache keeps texts for a while: what they mean and how they are computed belongs to whoever keeps them.",
  "packages/identity": "Identity asks db and nobody else: sessions and HTTP belong to apps/api and apps/realtime.",
  "packages/runs": "Runs joins jobs, db and push: HTTP shapes belong to contract, processors to apps/worker.",
  "packages/client": "The client speaks HTTP and Socket.IO: contract is its only view of the server.",
  "apps/dashboard": "The dashboard uses packages/client only.",
  "apps/api":
    "The api uses contract, runs (to start work), db (to read) and identity; testkit, importers, bench and drill are for tests and scripts.",
  "apps/worker":
    "A worker has no HTTP contract and no sign-in: rules belong to domain, queries to db, the life of a run to runs.",
  "apps/realtime":
    "Realtime starts no work and defines no jobs: it reads db (jobs, identity, notifications) and listens to push.",
};

const allowLists = Object.entries(mayImport).map(([folder, allowed]) => {
  const ours = [folder, ...allowed.map((name) => `packages/${name}`)].join("|");
  return {
    name: `${folder.replace("/", "-")}-imports`,
    severity: "error",
    comment: `${folder} may import ${allowed.length === 0 ? "nothing of ours" : allowed.join(", ")}. ${doors[folder]}`,
    from: { path: `^${folder}/src/` },
    // A package that is not in package.json does not resolve: then its name stands for it.
    to: {
      path: "^(apps|packages|bench|drill|scripts|@deskpulse)/",
      pathNot: [`^(${ours})/`, `^@deskpulse/(${allowed.join("|") || "-"})/`],
    },
  };
});

module.exports = {
  forbidden: [
    ...allowLists,
    {
      name: "realtime-of-db",
      severity: "error",
      comment:
        "Of db, apps/realtime may import jobs/, identity/, notifications/, how a tenant stands now (read-live-figures: nothing may be lost, so the truth is read), and how to connect (connect, transaction, tenancy/). Other figures travel in the push itself: let the worker put them there.",
      from: { path: "^apps/realtime/src/" },
      to: {
        path: "^packages/db/src/",
        pathNot:
          "^packages/db/src/((jobs|identity|notifications|tenancy)/|(connect|transaction|analytics/read-live-figures)\\.ts$)",
      },
    },
    {
      name: "no-app-is-imported",
      severity: "error",
      comment: "Apps are processes, not libraries: what two of them need belongs to a package.",
      from: { path: "^(apps/([^/]+)|packages|bench|drill|scripts)/" },
      to: { path: "^apps/", pathNot: "^apps/$2/" },
    },
    {
      name: "no-test-code-in-src",
      severity: "error",
      comment: "Shipped code does not import test code. What tests share belongs to packages/testkit.",
      from: { path: "/src/", pathNot: "^packages/testkit/" },
      to: { path: "/test/|^packages/testkit/", pathNot: "node_modules" },
    },
    {
      name: "no-circular",
      severity: "error",
      comment: "Modules that import each other cannot be understood one at a time: move what both need into a third.",
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    // TypeScript 7 has no parser API; without this one no import would be seen and nothing ever reported.
    parser: "swc",
    includeOnly: "^(apps|packages|bench|drill|scripts|@deskpulse)/",
    exclude: { path: "(^|/)(node_modules|dist|\\.cache|\\.data)/" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["development", "import", "node", "default"],
      extensions: [".ts", ".mjs", ".js", ".json"],
    },
  },
};
