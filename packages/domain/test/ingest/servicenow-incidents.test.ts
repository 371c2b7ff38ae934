import { describe, expect, test } from "@jest/globals";
import { mapIncidentRow } from "../../src/ingest/servicenow-incidents.ts";

const row = {
  number: "INC1",
  incident_state: "Active",
  sys_mod_count: "3",
  caller_id: "Caller 1",
  opened_at: "2016-02-29T01:00:00Z",
  sys_updated_at: "2016-02-29T02:00:00Z",
  contact_type: "Self service",
  priority: "2 - High",
  assignment_group: "Group 1",
  assigned_to: "",
  resolved_at: "2016-03-01T00:00:00Z",
  category: "Category 55",
};

const find = (given: Record<string, string>, type: string) =>
  mapIncidentRow(given).find((event) => event.type === type);

describe("a row of the incident log", () => {
  test("opens the conversation at opened_at, in the inbox of its contact type", () => {
    expect(find(row, "conversation.created")).toMatchObject({
      at: row.opened_at,
      inbox: "Self service",
      customer: "Caller 1",
    });
    expect(find(row, "inbox.upserted")).toMatchObject({ key: "Self service", channel: "self-service" });
  });

  test.each([
    ["New", "open"],
    ["Active", "open"],
    ["Awaiting User Info", "pending"],
    ["Awaiting Problem", "pending"],
    ["Awaiting Vendor", "pending"],
    ["Awaiting Evidence", "pending"],
    ["Resolved", "resolved"],
    ["Closed", "resolved"],
  ])("%s is %s at the row's time", (incident_state, status) => {
    expect(find({ ...row, incident_state }, "conversation.status")).toMatchObject({ status, at: row.sys_updated_at });
  });

  test("says when it was resolved only where it is", () => {
    expect(find(row, "conversation.status")).not.toHaveProperty("resolvedAt");
    expect(find({ ...row, incident_state: "Closed" }, "conversation.status")).toMatchObject({
      resolvedAt: row.resolved_at,
    });
    expect(find({ ...row, incident_state: "Closed", resolved_at: "" }, "conversation.status")).not.toHaveProperty(
      "resolvedAt",
    );
  });

  test("answers unless it is New, credited to whom it is assigned", () => {
    expect(find({ ...row, incident_state: "New" }, "conversation.responded")).toBeUndefined();
    expect(find({ ...row, assigned_to: "Resolver 9" }, "conversation.responded")).toMatchObject({
      agent: "Resolver 9",
    });
    expect(find(row, "conversation.responded")).toMatchObject({ agent: null });
  });

  test.each([
    ["1 - Critical", "urgent"],
    ["2 - High", "high"],
    ["3 - Moderate", "medium"],
    ["4 - Low", "low"],
    ["", null],
  ])("priority %s is %s", (priority, meaning) => {
    expect(find({ ...row, priority }, "conversation.priority")).toMatchObject({ priority: meaning });
  });

  test("is known again by its content, whatever the order of the columns", () => {
    const ids = (given: Record<string, string>) => mapIncidentRow(given).map(({ id }) => id);
    expect(ids(Object.fromEntries(Object.entries(row).reverse()))).toEqual(ids(row));
    const other = ids({ ...row, category: "Category 56" });
    expect(other.filter((id) => ids(row).includes(id))).toEqual(
      ids(row).filter(
        (id) =>
          !id.includes("/assigned") &&
          !id.includes("/priority") &&
          !id.includes("/status") &&
          !id.includes("/responded"),
      ),
    );
  });

  test.each([
    ["number", ""],
    ["incident_state", "Lost"],
    ["incident_state", "constructor"],
    ["sys_mod_count", "-1"],
    ["opened_at", "29/2/2016 01:00"],
    ["opened_at", "2016-02-30T01:00:00Z"],
    ["sys_updated_at", "2016-02-29T01:00:00"],
    ["sys_updated_at", "9016-02-29T01:00:00Z"],
    ["priority", "5 - None"],
    ["assigned_to", "a\u0000b"],
    ["caller_id", "x".repeat(201)],
  ])("is refused with %s %j, by the column's name", (column, value) => {
    expect(() => mapIncidentRow({ ...row, [column]: value })).toThrow(column);
  });
});
