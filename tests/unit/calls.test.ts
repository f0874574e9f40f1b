import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  chooseText,
  countAnswers,
  changeState,
  createCall,
  type CallText,
  frozenText,
  findCall,
  isReadableIn,
  listTexts,
  publishCall,
  readCallText,
  recordAnswer,
  removeAnswer,
  writeText,
} from "../../src/calls/calls.ts";
import { organisationKey } from "../../src/calls/organisations.ts";
import { callCard, type CallState } from "../../src/cards/call.ts";
import type { CardView } from "../../src/cards/card.ts";
import type { Directory } from "../../src/directory.ts";
import { speak } from "../../src/i18n.ts";
import { advanceCall, isMourning, nextWake } from "../../src/jobs/calls.ts";
import type { Language } from "../../src/message.ts";
import { toPlain } from "../../src/plain.ts";
import type { Store } from "../../src/ports.ts";
import { NO_END, openRoom, type Room } from "../../src/rooms/rooms.ts";
import { seededChance } from "../support/clock.ts";
import { roomWith } from "../support/planning.ts";
import { openMemoryStore } from "../support/store.ts";

const NOW = Date.parse("2026-12-01T10:00Z");
const CLOSES = Date.parse("2027-01-05T23:00Z");
const ENGLISH: CallText = { language: "en", title: "Open letter to the Commission", text: "We ask for a seat." };
const RUSSIAN: CallText = { language: "ru", title: "Открытое письмо Комиссии", text: "Мы просим места за столом." };

const ROOM: Room = roomWith({ address: "memory:anpud" });

const chance = seededChance(7);
let store: Store;
beforeEach(async () => {
  store = await openMemoryStore();
});
afterEach(() => store.close());

function draft(closesAt: number | null = CLOSES): Promise<string> {
  return store.write((trx) =>
    createCall(
      trx,
      { kind: "sign-on", network: "anpud", closesAt, zone: "Europe/Zurich", goal: 188, link: "", text: ENGLISH },
      chance,
      NOW,
    ),
  );
}

async function published(closesAt: number | null = CLOSES): Promise<string> {
  const id = await draft(closesAt);
  const call = await findCall(store.reading, id);
  if (call === undefined) throw new Error("The draft is missing.");
  await store.write((trx) => publishCall(trx, call, "0".repeat(64)));
  return id;
}

function answer(id: string, organisation: string, region: string, at = NOW) {
  return store.write((trx) => recordAnswer(trx, id, { organisation, region, display: "named" }, at));
}

describe("the key of an organisation", () => {
  it.each([
    ["case and accents", "Réd de Usuários", "RED DE USUARIOS"],
    ["punctuation and spaces", "Harm  Reduction - Asia", "harm reduction (asia)"],
    ["dots inside initials", "A.N.P.U.D.", "ANPUD"],
    ["a legal form at the end", "Drogenhilfe e.V.", "Drogenhilfe"],
    ["ё and е", "Берёза", "береза"],
    ["Arabic vowel marks and forms of alef", "أَمَل", "امل"],
    ["composed and decomposed letters", "Café", "Cafe\u0301"],
  ])("ignores %s", (_, one, other) => {
    expect(organisationKey(one)).toBe(organisationKey(other));
  });

  it.each([
    ["vowel signs of Hindi", "दिशा", "दशा"],
    ["tone marks of Thai", "ป่า", "ป้า"],
    ["a word", "Network of Nepal", "Network of North Nepal"],
    ["a legal form that is the whole name", "CIC", "Inc"],
  ])("keeps %s apart", (_, one, other) => {
    expect(organisationKey(one)).not.toBe(organisationKey(other));
  });

  it("is empty when there is no letter or number", () => {
    expect(organisationKey("—!?")).toBe("");
  });
});

describe("a draft", () => {
  it("has an id that names its kind and nothing else", async () => {
    expect(await draft()).toMatch(/^sign-on-[a-z0-9]{4,8}$/);
  });

  it("takes texts until it is published, and none after", async () => {
    const id = await draft();
    expect(await store.write((trx) => writeText(trx, id, RUSSIAN))).toBe(true);
    expect((await listTexts(store.reading, id)).map((text) => text.language)).toEqual(["en", "ru"]);
    const call = await findCall(store.reading, id);
    if (call === undefined) throw new Error("The draft is missing.");
    expect(await store.write((trx) => publishCall(trx, call, "f"))).toBe(true);
    expect(await store.write((trx) => writeText(trx, id, { ...RUSSIAN, text: "changed" }))).toBe(false);
    expect((await listTexts(store.reading, id))[1]?.text).toBe(RUSSIAN.text);
  });

  it("is not published when a text changed after it was read", async () => {
    const id = await draft();
    const call = await findCall(store.reading, id);
    if (call === undefined) throw new Error("The draft is missing.");
    await store.write((trx) => writeText(trx, id, RUSSIAN));
    expect(await store.write((trx) => publishCall(trx, call, "f"))).toBe(false);
    expect((await findCall(store.reading, id))?.state).toBe("draft");
  });

  it("is read in its own network and in coordination only", async () => {
    const call = await findCall(store.reading, await draft());
    if (call === undefined) throw new Error("The draft is missing.");
    const elsewhere: Room = { ...ROOM, address: "memory:enpud", network: "enpud" };
    expect(isReadableIn(call, ROOM, [elsewhere])).toBe(true);
    expect(isReadableIn(call, elsewhere, [elsewhere])).toBe(false);
    expect(isReadableIn({ ...call, state: "open" }, elsewhere, [elsewhere])).toBe(true);
    expect(isReadableIn({ ...call, state: "open" }, { ...elsewhere, network: "lanpud" }, [elsewhere])).toBe(false);
    expect(isReadableIn(call, { ...elsewhere, network: "coordination" }, [])).toBe(true);
  });

  it("refuses a text that is too long, and keeps paragraphs of any system", () => {
    expect(() => readCallText("x".repeat(8_001))).toThrowError("text_too_long");
    expect(readCallText(" one\r\n\r\ntwo ")).toBe("one\n\ntwo");
  });
});

describe("texts", () => {
  it("are frozen so that any change of any text changes what is fingerprinted", () => {
    const whole = frozenText([ENGLISH, RUSSIAN]);
    expect(frozenText([ENGLISH, { ...RUSSIAN, text: `${RUSSIAN.text} ` }])).not.toBe(whole);
    expect(frozenText([ENGLISH])).not.toBe(whole);
    expect(frozenText([{ ...ENGLISH, title: "a", text: "b" }])).not.toBe(frozenText([{ ...ENGLISH, title: "ab", text: "" }]));
  });

  it("are chosen in the reader's language, else in English, else the first", () => {
    expect(chooseText([ENGLISH, RUSSIAN], "ru")).toBe(RUSSIAN);
    expect(chooseText([RUSSIAN, ENGLISH], "ar")).toBe(ENGLISH);
    expect(chooseText([RUSSIAN], "ar")).toBe(RUSSIAN);
    expect(chooseText([], "ar")).toBeUndefined();
  });
});

describe("answers", () => {
  it("count an organisation once, from whichever room and however it is written", async () => {
    const id = await published();
    expect(await answer(id, "Réd UD, e.V.", "anpud")).toBe("counted");
    expect(await answer(id, "RED UD", "enpud")).toBe("already");
    expect(await answer(id, "Other", "enpud")).toBe("counted");
    expect(await countAnswers(store.reading, id)).toEqual({ organisations: 2, regions: 2 });
  });

  it("given in coordination belong to no region", async () => {
    const id = await published();
    await answer(id, "One", "");
    await answer(id, "Two", "anpud");
    expect(await countAnswers(store.reading, id)).toEqual({ organisations: 2, regions: 1 });
  });

  it("are not taken for a draft, on hold, after the end or once closed", async () => {
    const drafted = await draft();
    expect(await answer(drafted, "One", "anpud")).toBe("closed");
    const id = await published();
    expect(await answer(id, "One", "anpud", CLOSES)).toBe("closed");
    expect(await answer(id, "One", "anpud", CLOSES - 1)).toBe("counted");
    await store.write((trx) => changeState(trx, id, { from: ["open"], to: "held" }));
    expect(await answer(id, "Two", "anpud")).toBe("closed");
    await store.write((trx) => changeState(trx, id, { from: ["held"], to: "open" }));
    expect(await answer(id, "Two", "anpud")).toBe("counted");
    await store.write((trx) => changeState(trx, id, { from: ["open"], to: "closed" }));
    expect(await answer(id, "Three", "anpud")).toBe("closed");
  });

  it("are taken back from the region that gave them only", async () => {
    const id = await published();
    await answer(id, "One", "anpud");
    expect(await store.write((trx) => removeAnswer(trx, id, "ONE", "enpud"))).toBe(false);
    expect(await store.write((trx) => removeAnswer(trx, id, "ONE", "anpud"))).toBe(true);
    expect(await countAnswers(store.reading, id)).toEqual({ organisations: 0, regions: 0 });
  });
});

describe("time", () => {
  it("wakes for the reminders, the end, and rooms that come back", async () => {
    const call = await findCall(store.reading, await published());
    if (call === undefined) throw new Error("The call is missing.");
    // Two days before the end it is Monday 06:00 in Bangkok, so the room is told on Friday at its last hour.
    const friday = Date.parse("2027-01-01T20:00+07:00");
    expect(nextWake(call, [ROOM], NOW)).toBe(friday);
    const tuesday = Date.parse("2027-01-05T20:00+07:00");
    expect(nextWake(call, [ROOM], friday)).toBe(tuesday);
    expect(nextWake(call, [ROOM], tuesday)).toBe(CLOSES);
    expect(nextWake({ ...call, closesAt: null }, [ROOM], NOW)).toBeNull();
    expect(nextWake({ ...call, closesAt: null }, [{ ...ROOM, pausedUntil: NO_END }], NOW)).toBeNull();
    expect(nextWake({ ...call, closesAt: null }, [{ ...ROOM, pausedUntil: NOW + 5 }], NOW)).toBe(NOW + 5);
  });

  it("knows Remembrance Day by each room's own calendar, and lets urgent calls pass", () => {
    const eve = Date.parse("2027-07-20T18:00Z");
    expect(isMourning({ kind: "sign-on" }, ROOM, eve)).toBe(true);
    expect(isMourning({ kind: "sign-on" }, { ...ROOM, zone: "America/Bogota" }, eve)).toBe(false);
    expect(isMourning({ kind: "urgent" }, ROOM, eve)).toBe(false);
  });

  it("tells the end only to rooms that had the call", async () => {
    const id = await published();
    const late: Room = { ...ROOM, address: "memory:late", pausedUntil: CLOSES - 1 };
    await store.write(async (trx) => {
      for (const room of [ROOM, late]) {
        await openRoom(trx, room.address, room);
        await trx.insertInto("call_rooms").values({ call: id, room: room.address }).execute();
      }
    });
    await store.write((trx) => advanceCall(trx, id, NOW));
    await store.write((trx) => advanceCall(trx, id, CLOSES));
    const posts = await store.reading.selectFrom("posts").select(["room", "occasion"]).where("subject", "=", id).orderBy("sequence").execute();
    expect(posts).toEqual([{ room: ROOM.address, occasion: "open" }, { room: ROOM.address, occasion: "closed" }]);
  });

  it("closes a call on hold too, and does nothing for one that is gone", async () => {
    const id = await published();
    await store.write((trx) => changeState(trx, id, { from: ["open"], to: "held" }));
    expect(await store.write((trx) => advanceCall(trx, id, CLOSES))).toBeNull();
    expect((await findCall(store.reading, id))?.state).toBe("closed");
    expect(await store.write((trx) => advanceCall(trx, id, CLOSES))).toBeNull();
    expect(await store.write((trx) => advanceCall(trx, "sign-on-none", CLOSES))).toBeNull();
  });
});

describe("the card", () => {
  const CALL: CallState["call"] = {
    id: "sign-on-abc",
    kind: "sign-on",
    state: "open",
    network: "anpud",
    closesAt: CLOSES,
    zone: "Europe/Zurich",
    goal: 188,
    link: "https://example.org/letter",
    fingerprint: null,
    revision: 2,
    createdAt: NOW,
  };
  const STATE: CallState = { call: CALL, texts: [ENGLISH, RUSSIAN], tally: { organisations: 31, regions: 5 }, networkName: "ANPUD" };
  // The card asks the directory nothing.
  const directory = {} as Directory;

  function draw(state: CallState, options: { language?: Language; occasion?: string; zone?: string } = {}) {
    const { language = "en", occasion = "open", zone = "Asia/Bangkok" } = options;
    const view: CardView = {
      room: { ...ROOM, language },
      language,
      zone,
      now: NOW,
      say: speak(language),
      directory,
      occasion,
      plannedAt: NOW,
      told: null,
    };
    return callCard.draw(state, view);
  }

  it("says what is asked, by whom, until when here and there, and how many answered", () => {
    const text = toPlain(draw(STATE));
    expect(text).toContain("Sign-on letter: Open letter to the Commission");
    expect(text).toContain("Add your organisation’s name to this letter.");
    expect(text).toContain("ANPUD");
    // Midnight in Geneva ends 5 January; in Bangkok it is six hours later on the clock.
    expect(text).toMatch(/Tue,? 5 Jan 2027, end of the day in Geneva \(in 5 weeks\); here Wed,? 6 Jan 2027, 06:00/);
    expect(text).toContain("> We ask for a seat.");
    expect(text).toContain("31 / 188 organisations from 5 regions");
  });

  it("gives each room its own language, and says so where there is no text in it", () => {
    expect(toPlain(draw(STATE, { language: "ru" }))).toContain("Мы просим места за столом.");
    const spanish = toPlain(draw(STATE, { language: "es" }));
    expect(spanish).toContain("We ask for a seat.");
    expect(draw(STATE, { language: "es" }).blocks.length).toBe(draw(STATE).blocks.length + 1);
    expect(draw(STATE, { language: "es" }).language).toBe("es");
  });

  it("cuts a long text and says how to read it all", () => {
    const long = { ...STATE, texts: [{ ...ENGLISH, text: "word ".repeat(400) }] };
    const text = toPlain(draw(long));
    expect(text.length).toBeLessThan(1_300);
    expect(text).toContain("call show sign-on-abc");
    expect(toPlain(draw(STATE))).not.toContain("Read all: ");
  });

  it("offers to answer while it is open, and only then", () => {
    const offers = (state: CallState["call"]["state"]) =>
      draw({ ...STATE, call: { ...CALL, state } }).actions.map((action) => action.command.split(" ").slice(0, 2).join(" "));
    expect(offers("open")).toEqual(["call support", "call show", "copy sign-on-abc"]);
    expect(offers("held")).toEqual(["call show", "copy sign-on-abc"]);
    expect(offers("closed")).toEqual(["call show", "copy sign-on-abc"]);
    expect(offers("withdrawn")).toEqual([]);
  });

  it("holds no word of its text once it is withdrawn", () => {
    const text = toPlain(draw({ ...STATE, call: { ...CALL, state: "withdrawn" } }));
    expect(text).not.toContain("seat");
    expect(text).not.toContain("Commission");
    expect(text).not.toContain("31");
  });

  it("is urgent only for urgent actions that run", () => {
    const tone = (call: Partial<CallState["call"]>) => draw({ ...STATE, call: { ...CALL, ...call } }).tone;
    expect(tone({})).toBe("plain");
    expect(tone({ kind: "urgent" })).toBe("urgent");
    expect(tone({ kind: "urgent", state: "held" })).toBe("quiet");
    expect(tone({ kind: "urgent", state: "closed" })).toBe("done");
  });

  it("shows a lock screen neither title, network nor subject", () => {
    const { discreet } = draw(STATE);
    expect(discreet).toBeDefined();
    expect(discreet).not.toMatch(/Commission|ANPUD|letter/);
  });

  it("is not posted any more when it was withdrawn before it came", async () => {
    const id = await published();
    const load = (occasion: string) => callCard.load(store.reading, { card: "call", subject: id, occasion }, ROOM, directory);
    await store.write((trx) => openRoom(trx, ROOM.address, ROOM));
    expect(await load("open")).not.toBeNull();
    await store.write((trx) => changeState(trx, id, { from: ["open"], to: "closed" }));
    expect(await load("closing")).toBeNull();
    expect(await load("closed")).not.toBeNull();
    await store.write((trx) => changeState(trx, id, { from: ["closed"], to: "withdrawn" }));
    expect(await load("open")).toBeNull();
  });
});
