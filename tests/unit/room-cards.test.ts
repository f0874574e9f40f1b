import { describe, expect, it } from "vitest";
import type { CardView } from "../../src/cards/card.ts";
import { isMoreOpen, opennessCard } from "../../src/cards/openness.ts";
import { reachCard } from "../../src/cards/reach.ts";
import { drawRoom } from "../../src/cards/room.ts";
import { UNREACHABLE } from "../../src/errors.ts";
import { speak } from "../../src/i18n.ts";
import { LANGUAGES, type Language } from "../../src/message.ts";
import { toPlain } from "../../src/plain.ts";
import type { Capabilities } from "../../src/ports.ts";
import { testDirectory } from "../support/app.ts";
import { roomWith } from "../support/planning.ts";

const NOW = Date.parse("2027-01-27T02:00:00Z");
const OPENNESS: Capabilities = { encrypted: false, edits: true, readers: "members", shared: false, hears: "addressed" };

function view(language: Language): CardView {
  const room = roomWith({ language });
  return { room, language, zone: room.zone, now: NOW, say: speak(language), directory: testDirectory, occasion: "", plannedAt: NOW, told: null };
}

describe("the settings of a room", () => {
  it("say once who reads there, and beside it whom the room is meant for", () => {
    const text = toPlain(drawRoom(roomWith({ address: "slack:T1/C1", openness: OPENNESS, audience: "coordination" }), new Map(), speak("en"), testDirectory, NOW));
    expect(text.match(/Who reads here/g)).toHaveLength(1);
    expect(text).toMatch(/^Meant for +the secretariat$/m);
    expect(text).toContain("Everybody in this channel reads what I post.");
  });
});

describe("the report of a room that cannot be reached", () => {
  it.each(LANGUAGES)("says for each reason what brings it back (%s)", (language) => {
    const texts = UNREACHABLE.map((why) =>
      toPlain(reachCard.draw({ network: "ANPUD", chat: "slack", unreachable: { why, since: NOW } }, view(language))),
    );
    expect(new Set(texts).size).toBe(UNREACHABLE.length);
    for (const text of texts) {
      expect(text).toContain("ANPUD");
      expect(text).not.toMatch(/reach\./);
    }
  });

  it("names no room, no channel and no network on a lock screen", () => {
    const message = reachCard.draw({ network: "ANPUD", chat: "slack", unreachable: { why: "archived", since: NOW } }, view("en"));
    expect(message.discreet).toBe("Clarion: about a room");
  });
});

describe("the notice of who reads a room", () => {
  const drawn = (openness: Partial<Capabilities>) => toPlain(opennessCard.draw(roomWith({ address: "slack:T1/C1", openness: { ...OPENNESS, ...openness } }), view("en")));

  it("says what Clarion can read: what is written to it, or every message", () => {
    expect(drawn({})).toContain("I cannot read your conversation.");
    expect(drawn({ hears: "everything" })).toContain("I can read messages here");
  });

  it("says that others are in the room, and that it is not encrypted, only when that is so", () => {
    expect(drawn({ shared: true })).toContain("another workspace");
    expect(drawn({})).not.toContain("another workspace");
    expect(drawn({})).toContain("not encrypted");
    expect(drawn({ encrypted: true })).not.toContain("not encrypted");
  });

  it("says of a room on Matrix who sees what, and of an encrypted one that the server does not see the words", () => {
    const matrix = { readers: "members-and-operator", hears: "everything" } as const;
    expect(drawn(matrix)).toMatch(/So can the people who run this server\. It is not encrypted/);
    const encrypted = drawn({ ...matrix, encrypted: true, shared: true });
    expect(encrypted).not.toContain("So can the people who run this server");
    expect(encrypted).toContain("see who is here and when something is posted, but not the words. The machine that I run on can read them.");
    expect(encrypted).toContain("People from other servers are in this room too");
  });

  it("is due when more is read than before, and not when less is", () => {
    expect(isMoreOpen(OPENNESS, { ...OPENNESS, shared: true })).toBe(true);
    expect(isMoreOpen(OPENNESS, { ...OPENNESS, hears: "everything" })).toBe(true);
    expect(isMoreOpen({ ...OPENNESS, shared: true, hears: "everything" }, OPENNESS)).toBe(false);
    expect(isMoreOpen(OPENNESS, OPENNESS)).toBe(false);
  });
});
