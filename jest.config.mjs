/** Tests run on real servers, which scripts/test.mjs starts: `npm test`, or `npm test -- packages/db` for some. */
export default {
  testEnvironment: "node",
  // "import" must not be among them: it breaks jest's own dependencies.
  testEnvironmentOptions: { customExportConditions: ["development", "node", "node-addons"] },
  testMatch: ["**/test/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/", "/\\.data/", "/\\.cache/"],
  modulePathIgnorePatterns: ["/dist/", "/\\.data/", "/\\.cache/"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "es6" }, sourceMaps: "inline" },
    ],
  },
  cacheDirectory: ".cache/jest",
  maxWorkers: 2,
  testTimeout: 30_000,
};
