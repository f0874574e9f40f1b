/** A thousand lines that nobody should write: each gets a sentence or an answer, and nothing of them stays behind. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commands } from "../../commands/index.ts";
import { toPlain } from "../../src/plain.ts";
import { openTestApp } from "../support/app.ts";

const LINES = 1_000;
/** Occurs in every generated word, so that it can be searched for afterwards. */
const MARK = "zqxj";
const ROOM = "web:anpud";

const names = fc.constantFrom(...commands.map((command) => command.name), "no such", "");
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.constantFrom("<!channel>", "@room", "'; drop table posts; --", "${7*7}", "{{x}}", "\u202eevil", "\u0000", "مرحبا", "--seen", "--on", "2027-02-30", "99999999999", "P99999999D", "../../etc/passwd", "http://127.0.0.1/"),
  fc.integer({ min: 1, max: 6_000 }).map((length) => "x".repeat(length)),
);
const word = hostile.map((text) => `${MARK}${text}`);
const line = fc
  .tuple(fc.constantFrom("/", "!", "", "clarion "), names, fc.array(fc.oneof(word, hostile), { maxLength: 6 }), fc.boolean())
  .map(([sign, name, words, quoted]) => `${sign}${name} ${words.map((text) => (quoted ? `"${text}"` : text)).join(" ")}`);

/** What is declared public — a call's words, an organisation's name, a date's title, a source's — is kept where it belongs, and nowhere else. */
const PUBLIC_TABLES = ["calls", "call_texts", "answers", "sources", "source_words", "deadlines"];

describe("hostile lines", () => {
  it(`answers ${LINES} of them without a stack trace, and keeps nothing of their words`, async () => {
    const test = await openTestApp();
    const lines = fc.sample(line, { numRuns: LINES, seed: 20_261_121 });
    const refused = new Map<string, number>();
    for (const [index, text] of lines.entries()) {
      const roles = index % 3 === 0 ? (["operator", "coordinator"] as const) : [];
      const answer = await test.say(ROOM, text, { roles: [...roles] });
      const plain = toPlain(answer.message, { numbers: true });
      expect(plain.length, text.slice(0, 80)).toBeGreaterThan(3);
      expect(plain).not.toMatch(/\bat .*:\d+:\d+|Error:|undefined|\[object/);
      expect(answer.code, `${text.slice(0, 120)} → ${JSON.stringify(test.log.entries.at(-1))}`).not.toBe("internal");
      if (!answer.ok) {
        refused.set(answer.code ?? "", (refused.get(answer.code ?? "") ?? 0) + 1);
        expect(plain.toLowerCase()).not.toContain(MARK);
      }
    }
    // The generator is of use only while it meets many ways of being wrong.
    expect([...refused.keys()].length).toBeGreaterThan(3);
    const left = [];
    for (const { name } of await test.store.reading.introspection.getTables()) {
      // The names come from the database itself.
      const rows = await test.store.reading.selectFrom(name as "meta").selectAll().execute();
      left.push(...rows.map((row) => `${name} ${JSON.stringify(row)}`).filter((text) => text.includes(MARK)));
    }
    expect(left.filter((row) => !PUBLIC_TABLES.some((table) => row.startsWith(`${table} `)))).toEqual([]);
    expect(JSON.stringify(test.log.entries)).not.toContain(MARK);
    await test.close();
  });
});
