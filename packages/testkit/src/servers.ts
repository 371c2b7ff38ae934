/** The private servers that `npm test` started for all tests; throws when a test is run without them. */
export function testServers(): { databaseUrl: string; redisUrl: string } {
  return { databaseUrl: given("TEST_DATABASE_URL"), redisUrl: given("TEST_REDIS_URL") };
}

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set: run tests with \`npm test -- <path>\`, which starts the servers they need.`);
  }
  return value;
}
