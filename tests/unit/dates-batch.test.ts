/** `clarion dates --batch`: lines as other programs write them. */
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { answerBatch, answerLine } from "../../adapters/console/batch.ts";
import { datesBatch } from "../../adapters/console/dates.ts";
import { findDeadlines } from "../../reader.ts";

const batch = datesBatch(findDeadlines);
const answer = (line: unknown): Promise<object> => answerLine(JSON.stringify(line), batch);
const text = "Apply by 15 March.";
const found = [{ date: "2027-03-15", time: null, zone: null, what: "Apply" }];

describe("a line of a batch", () => {
  it.each(["2026-11-20", "2026-11-20T23:59:00+14:00", "2026-11-20 10:00:00", "Fri, 20 Nov 2026 10:00:00 GMT", "20 Nov 2026 10:00:00 +0000", "Friday, 20-Nov-26 10:00:00 UTC"])("is read with the day on which it was published, %s", async (published) => {
    expect(await answer({ id: 1, published, text })).toEqual({ id: 1, deadlines: found });
  });

  it.each([null, "", "soon", "2026-02-30", 1_795_000_000, "31 Foo 2026"])("is read without that day when it says %j", async (published) => {
    expect(await answer({ id: 1, published, text: "Apply by 15 March 2027." })).toEqual({ id: 1, deadlines: found });
    expect(await answer({ id: 1, published, text })).toEqual({ id: 1, deadlines: [] });
  });

  it("is read without an id and without a day", async () => {
    expect(await answer({ text: "Apply by 15 March 2027." })).toEqual({ id: null, deadlines: found });
    expect(await answer({ id: null, text: "Apply by 15 March 2027." })).toEqual({ id: null, deadlines: found });
  });

  it("says what is wrong when there is no text", async () => {
    expect(await answer({ id: "a" })).toMatchObject({ id: "a", error: expect.stringContaining("text") });
    expect(await answer([])).toMatchObject({ id: null, error: expect.any(String) });
    expect(await answerLine("{", batch)).toEqual({ id: null, error: "not JSON" });
  });
});

it("answers each line in order and passes over blank ones", async () => {
  const said: string[] = [];
  const input = Readable.from([`${JSON.stringify({ id: 1, text: "Hello" })}\n\n  \r\n${JSON.stringify({ id: 2, text: "Apply by 15 March 2027." })}`]);
  await answerBatch(input, batch, (line) => said.push(line));
  expect(said.map((line) => JSON.parse(line))).toEqual([{ id: 1, deadlines: [] }, { id: 2, deadlines: found }]);
  expect(said.every((line) => line.endsWith("}\n"))).toBe(true);
});
