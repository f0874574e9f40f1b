import { describe, expect, it } from "vitest";
import { followsObservances, passes, roomFollows } from "../../src/planning/follow.ts";
import { type Follow, NOTHING_FOLLOWED } from "../../src/rooms/rooms.ts";
import { deadlineWith, roomWith, smallDirectory } from "../support/planning.ts";

const countries = new Map([["anpud", new Set(["PHL", "THA"])], ["menanpud", new Set(["EGY"])]]);
const follow = (more: Partial<Follow>): Follow => ({ mechanisms: [], countries: [], programmes: [], topics: [], kinds: [], ...more });
const hears = (filter: Partial<Follow>, more: Parameters<typeof deadlineWith>[0]): boolean => passes(follow(filter), deadlineWith(more), countries, smallDirectory);

describe("what a room follows", () => {
  it("lets everything through an empty filter", () => {
    expect(hears({}, { country: "PHL", mechanism: "cnd" })).toBe(true);
  });

  it("takes the review and its working group for one thing, in both directions", () => {
    expect(hears({ mechanisms: ["upr"] }, { mechanism: "upr-wg" })).toBe(true);
    expect(hears({ mechanisms: ["upr-wg"] }, { mechanism: "upr" })).toBe(true);
    expect(hears({ mechanisms: ["upr"] }, { mechanism: "hrc" })).toBe(false);
  });

  it("finds a body by a procedure that it carries", () => {
    expect(hears({ mechanisms: ["sp-health"] }, { mechanism: "special-procedures" })).toBe(true);
    expect(hears({ mechanisms: ["sp-housing"] }, { mechanism: "special-procedures" })).toBe(false);
  });

  it("reads a network's id as its countries, and a star as all", () => {
    expect(hears({ countries: ["anpud"] }, { country: "PHL" })).toBe(true);
    expect(hears({ countries: ["anpud"] }, { country: "EGY" })).toBe(false);
    expect(hears({ countries: ["EGY"] }, { country: "EGY" })).toBe(true);
    expect(hears({ countries: ["*"] }, { country: "FRA" })).toBe(true);
  });

  it("adds a programme's countries to those that are named", () => {
    expect(hears({ programmes: ["love-alliance"] }, { country: "KEN" })).toBe(true);
    expect(hears({ countries: ["EGY"], programmes: ["love-alliance"] }, { country: "UGA" })).toBe(true);
    expect(hears({ countries: ["EGY"], programmes: ["love-alliance"] }, { country: "PHL" })).toBe(false);
    expect(hears({ programmes: ["no-such"] }, { country: "KEN" })).toBe(false);
  });

  it("lets what is about no State through any countries", () => {
    expect(hears({ countries: ["EGY"] }, { country: null })).toBe(true);
  });

  it("asks for one shared topic, and for the kind", () => {
    expect(hears({ topics: ["health", "death-penalty"] }, { topics: ["health"] })).toBe(true);
    expect(hears({ topics: ["death-penalty"] }, { topics: ["health"] })).toBe(false);
    expect(hears({ kinds: ["deadline"] }, { kind: "planning" })).toBe(false);
    expect(hears({ kinds: ["planning"] }, { kind: "planning" })).toBe(true);
  });

  it("hears nothing when everything was taken away", () => {
    expect(hears({ mechanisms: [NOTHING_FOLLOWED] }, {})).toBe(false);
    expect(followsObservances(follow({ mechanisms: [NOTHING_FOLLOWED] }))).toBe(false);
  });

  it("marks days of mourning and action unless they were left out of the filter", () => {
    expect([{}, { mechanisms: ["upr", "observance"] }, { kinds: ["observance"] }].map((more) => followsObservances(follow(more)))).toEqual([true, true, true]);
    expect([{ mechanisms: ["upr"] }, { kinds: ["deadline"] }].map((more) => followsObservances(follow(more)))).toEqual([false, false]);
  });

  it("keeps a network's own deadline to its rooms and coordination, whatever they filter", () => {
    const internal = deadlineWith({ kind: "internal", network: "anpud", mechanism: "cnd" });
    const room = (network: string) => roomWith({ network, follow: follow({ mechanisms: ["upr"] }) });
    expect(roomFollows(room("anpud"), internal, countries, smallDirectory)).toBe(true);
    expect(roomFollows(room("coordination"), internal, countries, smallDirectory)).toBe(true);
    expect(roomFollows(roomWith({ network: "enpud" }), internal, countries, smallDirectory)).toBe(false);
  });
});
