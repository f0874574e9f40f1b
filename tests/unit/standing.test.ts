import { describe, expect, it } from "vitest";
import type { WhoMay } from "../../src/directory.ts";
import { speak } from "../../src/i18n.ts";
import { LANGUAGES } from "../../src/message.ts";
import { isReminded, type May, permissionOf } from "../../src/planning/standing.ts";
import { STANDINGS, type Standing } from "../../src/rooms/networks.ts";

const CASES: [WhoMay, Standing, May, reminded: boolean][] = [
  ["anyone", "no", "yes", true],
  ["ecosoc", "yes", "yes", true],
  ["ecosoc", "partner", "partner", true],
  ["ecosoc", "unknown", "check", true],
  ["ecosoc", "no", "no", false],
  ["national", "no", "check", true],
  ["observer", "yes", "check", false],
  ["relations", "yes", "check", false],
  ["states", "yes", "no", false],
  ["person", "yes", "no", false],
];

describe("who may do a thing", () => {
  it.each(CASES)("%s, standing %s: %s", (whoMay, standing, may, reminded) => {
    expect(permissionOf(whoMay, standing).may).toBe(may);
    expect(isReminded(whoMay, standing)).toBe(reminded);
  });

  it("knows a way round wherever something is in the way, in words of the catalogue", () => {
    const all: WhoMay[] = ["anyone", "ecosoc", "states", "observer", "relations", "national", "person"];
    for (const whoMay of all) {
      for (const standing of STANDINGS) {
        const { may, wayRoundKey } = permissionOf(whoMay, standing);
        expect(wayRoundKey === null).toBe(may === "yes");
        for (const language of LANGUAGES) if (wayRoundKey !== null) expect(speak(language)(wayRoundKey, { way: "" })).not.toBe(wayRoundKey);
      }
    }
  });
});
