import { expect, test } from "@jest/globals";
import { findZone } from "../../src/time/zone.ts";

test.each([
  ["Asia/Kolkata", "Asia/Kolkata"],
  ["asia/KATHMANDU", "Asia/Kathmandu"],
  ["utc", "UTC"],
  ["Etc/GMT+5", "Etc/GMT+5"],
])("%s is the zone %s", (zone, found) => {
  expect(findZone(zone)).toBe(found);
});

test.each([
  "",
  "+05:30",
  "-08:00",
  "Mars/Olympus",
  "Europe/Berlin[u-ca=iso8601]",
  "2016-01-01T00:00Z",
  "Europe/ Berlin",
  "'; --",
])("%j is none", (zone) => {
  expect(findZone(zone)).toBeNull();
});
