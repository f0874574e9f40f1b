/** `clarion dates --batch`: lines as other programs write them. */
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readDatesBatch, readDatesLine } from "../../adapters/console/dates.ts";
import { dateRules } from "../support/deadlines.ts";

const answer = (line: unknown): unknown => JSON.parse(readDatesLine(JSON.stringify(line), dateRules));
const text = "Apply by 15 March.";
const found = [{ date: "2027-03-15", time: null, zone: null, what: "Apply" }];

describe("a line of a batch", () => {
  it.each(["2026-11-20", "2026-11-20T23:59:00+14:00", "2026-11-20 10:00:00", "Fri, 20 Nov 2026 10:00:00 GMT", "20 Nov 2026 10:00:00 +0000", "Friday, 20-Nov-26 10:00:00 UTC"])("is read with the day on which it was published, %s", (published) => {
    expect(answer({ id: 1, published, text })).toEqual({ id: 1, deadlines: found });
  });

  it.each([null, "", "soon", "2026-02-30", 1_795_000_000, "31 Foo 2026"])("is read without that day when it says %j", (published) => {
    expect(answer({ id: 1, published, text: "Apply by 15 March 2027." })).toEqual({ id: 1, deadlines: found });
    expect(answer({ id: 1, published, text })).toEqual({ id: 1, deadlines: [] });
  });

  it("is read without an id and without a day", () => {
    expect(answer({ text: "Apply by 15 March 2027." })).toEqual({ id: null, deadlines: found });
    expect(answer({ id: null, text: "Apply by 15 March 2027." })).toEqual({ id: null, deadlines: found });
  });

  it("says what is wrong when there is no text", () => {
    expect(answer({ id: "a" })).toMatchObject({ id: "a", error: expect.stringContaining("text") });
    expect(answer([])).toMatchObject({ id: null, error: expect.any(String) });
    expect(JSON.parse(readDatesLine("{", dateRules))).toEqual({ id: null, error: "not JSON" });
  });
});

it("answers each line in order and passes over blank ones", async () => {
  const said: string[] = [];
  const input = Readable.from([`${JSON.stringify({ id: 1, text: "Hello" })}\n\n  \r\n${JSON.stringify({ id: 2, text: "Apply by 15 March 2027." })}`]);
  await readDatesBatch(input, dateRules, (line) => said.push(line));
  expect(said.map((line) => JSON.parse(line))).toEqual([{ id: 1, deadlines: [] }, { id: 2, deadlines: found }]);
  expect(said.every((line) => line.endsWith("}\n"))).toBe(true);
});
