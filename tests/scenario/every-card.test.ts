import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../../src/message.ts";
import { toCopy, toPlain } from "../../src/plain.ts";
import { openTestApp } from "../support/app.ts";

const OPERATOR = { roles: ["operator" as const] };

describe("everything that is shipped", () => {
  it.each(LANGUAGES)("can be shown whole in %s: each deadline, session and review", async (language) => {
    const test = await openTestApp();
    await test.say("web:coordination", `/room set --language ${language}`, OPERATOR);
    const deadlines = await test.store.reading.selectFrom("deadlines").select("id").execute();
    const sessions = await test.store.reading.selectFrom("sessions").select("id").execute();
    const lines = [
      ...deadlines.map(({ id }) => `deadline show ${id}`),
      ...deadlines.map(({ id }) => `deadline history ${id}`),
      ...sessions.map(({ id }) => `session show ${id}`),
      ...test.app.parts.directory.countries.map(({ iso3 }) => `upr ${iso3}`),
    ];
    expect(lines.length).toBeGreaterThan(2_500);
    for (const line of lines) {
      const answer = await test.say("web:coordination", line, OPERATOR);
      const text = toPlain(answer.message, { numbers: true });
      expect(answer.ok, `${line}: ${text} ${JSON.stringify(test.log.entries.at(-1))}`).toBe(true);
      // A key that no catalogue knows is said as itself.
      expect(text, line).not.toMatch(/(?<![\w./-])(deadline|rule|session|upr|why|says|foryou|card|status|confidence|observance)\.[a-z_]+|undefined|\[object/);
      expect(toCopy(answer.message).length, line).toBeLessThan(900);
    }
    await test.close();
  });
});
