import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CONFIDENCES, type Confidence } from "../../src/calendar/certainty.ts";
import { type Claim, type ClaimValue, contradicts, resolve, standing } from "../../src/calendar/claim.ts";
import { confirmProposal, type ClaimDraft, dismissProposal, historyOf, listClaims, stateClaim, withdrawClaim } from "../../src/calendar/claims.ts";
import { addDeadline, addInternal, findDeadline, stateCondition } from "../../src/calendar/deadlines.ts";
import { findSession } from "../../src/calendar/sessions.ts";
import { type Calendar, emptyCalendar, openCalendar, sessionRow, uprRow } from "../support/calendar.ts";

let sequence = 0;
function claim(confidence: Confidence, statedBy: string, value: string | ClaimValue, state: Claim["state"] = "stated"): Claim {
  sequence += 1;
  return {
    id: `c${sequence}`,
    subject: "hrc-64",
    value: typeof value === "string" ? { field: "date", on: value } : value,
    confidence,
    statedBy,
    link: "",
    checkedOn: null,
    statedAt: 0,
    state,
    sequence,
    reason: "claim.shipped",
  };
}
const onOf = (claims: Claim[]): string | null | undefined => standing(claims).date.stands?.value.on;

describe("which claim stands", () => {
  test("a person stands over an official page, that over a secondary one, and that over a projection, in whatever order they come", () => {
    const days: Record<Confidence, string> = { person: "2027-02-01", official: "2027-02-02", secondary: "2027-02-03", projected: "2027-02-04" };
    fc.assert(
      fc.property(fc.shuffledSubarray([...CONFIDENCES], { minLength: 1 }), (order) => {
        const strongest = CONFIDENCES.find((confidence) => order.includes(confidence));
        const claims = order.map((confidence) => claim(confidence, `party:${confidence}`, days[confidence]));
        expect(onOf(claims)).toBe(strongest === undefined ? undefined : days[strongest]);
      }),
    );
  });

  test("among equals the newest stands", () => {
    expect(onOf([claim("official", "source:one", "2027-02-01"), claim("official", "source:two", "2027-02-02")])).toBe("2027-02-02");
  });

  test("a party that revises its claim replaces it, even when it is less sure than before", () => {
    const first = claim("official", "shipped:sessions", "2027-02-01");
    const revised = claim("projected", "shipped:sessions", "2027-03");
    expect(onOf([first, revised])).toBe("2027-03");
  });

  test("taking the newer word back brings the older one of the same party back", () => {
    const first = claim("person", "network:anpud", "2027-02-01");
    const second = claim("person", "network:anpud", "2027-02-05", "withdrawn");
    expect(onOf([first, second])).toBe("2027-02-01");
  });

  test("a newer official claim that differs from a person's is shown beside it and does not replace it", () => {
    const person = claim("person", "network:anpud", "2027-02-01");
    const official = claim("official", "source:ohchr", "2027-02-09");
    const { date } = standing([person, official]);
    expect(date.stands).toBe(person);
    expect(date.disagrees).toEqual([official]);
  });

  test("an older official claim does not disagree with the person who corrected it", () => {
    const { date } = standing([claim("official", "source:ohchr", "2027-02-09"), claim("person", "network:anpud", "2027-02-01")]);
    expect(date.disagrees).toEqual([]);
  });

  test("a weaker claim that comes later only proposes, and a projection does not even do that", () => {
    const official = claim("official", "source:ohchr", "2027-02-01");
    const secondary = claim("secondary", "source:news", "2027-02-09");
    const { date } = standing([official, secondary, claim("projected", "rule:hrc-written-statement", "2027-02")]);
    expect(date.stands).toBe(official);
    expect(date.proposals).toEqual([secondary]);
  });

  test("what was read in a text never stands, however sure it sounds", () => {
    const read = claim("official", "source:news", "2027-02-09", "proposed");
    const { date } = standing([read]);
    expect(date.stands).toBeNull();
    expect(date.proposals).toEqual([read]);
  });

  test("withdrawn and dismissed claims count for nothing", () => {
    const { date } = standing([claim("person", "network:anpud", "2027-02-01", "withdrawn"), claim("person", "network:enpud", "2027-02-02", "dismissed")]);
    expect(date).toEqual({ stands: null, disagrees: [], proposals: [], ranked: [] });
  });
});

describe("what the claims make of a date", () => {
  const statusOf = (...claims: Claim[]): string => resolve(claims, null).status;

  test("the strength of the claim gives the status", () => {
    expect(statusOf(claim("person", "network:anpud", "2027-02-01"))).toBe("confirmed");
    expect(statusOf(claim("official", "source:ohchr", "2027-02-01"))).toBe("confirmed");
    expect(statusOf(claim("secondary", "shipped:sessions", "2027-02-01"))).toBe("provisional");
    expect(statusOf(claim("projected", "shipped:sessions", "2027-02"))).toBe("projected");
  });

  test("another day makes it moved, and a confirmation afterwards makes it confirmed", () => {
    const moved = [claim("secondary", "shipped:sessions", "2027-02-01"), claim("official", "source:ohchr", "2027-02-09")];
    expect(statusOf(...moved)).toBe("moved");
    expect(statusOf(...moved, claim("person", "network:anpud", { field: "status", status: "confirmed" }))).toBe("confirmed");
  });

  test("a month that becomes one of its days has not moved", () => {
    expect(statusOf(claim("projected", "shipped:sessions", "2027-02"), claim("official", "source:ohchr", "2027-02-09"))).toBe("confirmed");
  });

  test("a confirmation of an old day says nothing about the new one", () => {
    const confirmed = claim("person", "network:anpud", { field: "status", status: "confirmed" });
    const old = claim("secondary", "shipped:sessions", "2027-02-01");
    const before = { ...old, sequence: confirmed.sequence - 1 };
    expect(statusOf(before, confirmed)).toBe("confirmed");
    expect(statusOf(before, confirmed, claim("official", "source:ohchr", "2027-02-09"))).toBe("moved");
  });

  test("taking a move back leaves no trace of it in the status", () => {
    const first = claim("official", "source:ohchr", "2027-02-01");
    expect(statusOf(first, claim("person", "network:anpud", "2027-02-09", "withdrawn"))).toBe("confirmed");
  });

  test("who moves only the first day keeps the last day as long as it is not before it", () => {
    const listed = claim("official", "shipped:sessions", { field: "date", on: "2027-02-24", until: "2027-04-02" });
    expect(resolve([listed, claim("person", "network:anpud", "2027-02-25")], null).until).toBe("2027-04-02");
    expect(resolve([listed, claim("person", "network:anpud", "2027-05-03")], null).until).toBeNull();
  });

  test("a date contradicts another only when both cannot be true", () => {
    const date = (on: string | null, time?: string) => ({ field: "date" as const, on, ...(time === undefined ? {} : { time }) });
    expect(contradicts(date("2027-02"), date("2027-02-09"))).toBe(false);
    expect(contradicts(date("2027-02-09"), date("2027-02-09", "18:00"))).toBe(false);
    expect(contradicts(date(null), date("2027-02-09"))).toBe(false);
    expect(contradicts(date("2027-02-09", "12:00"), date("2027-02-09", "18:00"))).toBe(true);
    expect(contradicts(date("2027-02"), date("2027-03"))).toBe(true);
  });
});

const WRITTEN = "hrc-64-written-statement";

function season(): Promise<Calendar> {
  return openCalendar({ ...emptyCalendar(), sessions: [sessionRow("hrc-64", { start: "2027-02-24", end: "2027-04-02" })] });
}
function says(subject: string, on: string, extra: Partial<ClaimDraft> = {}): ClaimDraft {
  return { subject, value: { field: "date", on }, confidence: "person", statedBy: "network:anpud", reason: "claim.added", ...extra };
}

describe("settling", () => {
  test("moves what is counted from a session when the session moves, and writes who, when and why", async () => {
    const { store, deps } = await season();
    const changes = await store.write((trx) => stateClaim(trx, says("hrc-64", "2027-03-01", { confidence: "official", statedBy: "source:ohchr" }), deps));
    expect(changes.find((change) => change.id === "hrc-64")).toEqual({ kind: "session", id: "hrc-64", revision: 2, dateChanged: true, statusChanged: true, isNew: false });
    expect(changes.find((change) => change.id === WRITTEN)).toMatchObject({ kind: "deadline", dateChanged: true });
    expect(await findDeadline(store.reading, WRITTEN)).toMatchObject({ dueOn: "2027-02-15", status: "moved", confidence: "secondary", revision: 2 });
    expect(await historyOf(store.reading, WRITTEN)).toEqual([
      {
        revision: 2,
        at: deps.now,
        field: "date",
        old: { on: "2027-02-10", time: null, zone: "Europe/Zurich" },
        new: { on: "2027-02-15", time: null, zone: "Europe/Zurich" },
        statedBy: "source:ohchr",
        reason: "claim.base_moved",
      },
      { revision: 2, at: deps.now, field: "status", old: "provisional", new: "moved", statedBy: "source:ohchr", reason: "claim.base_moved" },
    ]);
  });

  test("makes a person's date a proposal when its session moves, and a person can give it back its weight", async () => {
    const { store, deps } = await season();
    await store.write((trx) => stateClaim(trx, says(WRITTEN, "2027-02-12"), deps));
    expect(await findDeadline(store.reading, WRITTEN)).toMatchObject({ dueOn: "2027-02-12", confidence: "person", status: "moved" });
    await store.write((trx) => stateClaim(trx, says("hrc-64", "2027-03-01", { confidence: "official", statedBy: "source:ohchr" }), deps));
    expect((await findDeadline(store.reading, WRITTEN))?.dueOn).toBe("2027-02-15");
    const [proposal] = standing(await listClaims(store.reading, WRITTEN)).date.proposals;
    expect(proposal).toMatchObject({ statedBy: "network:anpud", value: { on: "2027-02-12" }, state: "proposed" });
    await store.write((trx) => confirmProposal(trx, proposal?.id ?? "", { statedBy: "network:enpud" }, deps));
    expect(await findDeadline(store.reading, WRITTEN)).toMatchObject({ dueOn: "2027-02-12", confidence: "person" });
  });

  test("lets a person's date stand again when the move that made it a proposal is taken back", async () => {
    const { store, deps } = await season();
    const onOf = async () => (await findDeadline(store.reading, WRITTEN))?.dueOn;
    const move = (on: string, id: string) => store.write((trx) => stateClaim(trx, says("hrc-64", on, { id }), deps));
    const takeBack = (id: string) => store.write((trx) => withdrawClaim(trx, id, { statedBy: "network:anpud" }, deps));
    await store.write((trx) => stateClaim(trx, says(WRITTEN, "2027-02-12"), deps));
    await move("2027-03-01", "first");
    expect(await onOf()).toBe("2027-02-15");
    await move("2027-03-08", "second");
    await takeBack("second");
    // Not where it was said: it waits on.
    expect(await onOf()).toBe("2027-02-15");
    await takeBack("first");
    expect(await findDeadline(store.reading, WRITTEN)).toMatchObject({ dueOn: "2027-02-12", confidence: "person" });
    expect(standing(await listClaims(store.reading, WRITTEN)).date.proposals).toEqual([]);
  });

  test("brings nothing back that somebody has put away, or replaced, since the move", async () => {
    const { store, deps } = await season();
    const takeBack = (id: string) => store.write((trx) => withdrawClaim(trx, id, { statedBy: "network:anpud" }, deps));
    await store.write((trx) => stateClaim(trx, says(WRITTEN, "2027-02-12", { id: "word" }), deps));
    await store.write((trx) => stateClaim(trx, says("hrc-64", "2027-03-01", { id: "move" }), deps));
    await store.write((trx) => dismissProposal(trx, "word", { statedBy: "network:anpud" }, deps));
    deps.now += 1;
    await store.write((trx) => stateClaim(trx, says(WRITTEN, "2027-02-18", { id: "newer" }), deps));
    await takeBack("move");
    // Said of the other date, it waits for a person in its turn.
    expect((await findDeadline(store.reading, WRITTEN))?.dueOn).toBe("2027-02-10");
    expect((await listClaims(store.reading, WRITTEN)).map(({ id, state }) => [id, state])).toEqual(expect.arrayContaining([["word", "dismissed"], ["newer", "proposed"]]));
  });

  test("keeps a person's date when a session known to the month gets its day", async () => {
    const { store, deps } = await openCalendar({ ...emptyCalendar(), sessions: [sessionRow("hrc-64", { start: "2027-02" })] });
    await store.write((trx) => stateClaim(trx, says(WRITTEN, "2027-02-12"), deps));
    await store.write((trx) => stateClaim(trx, says("hrc-64", "2027-02-24", { confidence: "official", statedBy: "source:ohchr" }), deps));
    expect(await findDeadline(store.reading, WRITTEN)).toMatchObject({ dueOn: "2027-02-12", confidence: "person" });
  });

  test("cancels and takes up again what hangs on a session, and what hangs on that", async () => {
    const { store, deps } = await season();
    const { id } = await store.write((trx) => addInternal(trx, { network: "anpud", base: WRITTEN, lead: "-P14D", title: "our draft" }, deps));
    const cancel = says("hrc-64", "", { id: "cancel", value: { field: "status", status: "cancelled" } });
    const changes = await store.write((trx) => stateClaim(trx, cancel, deps));
    expect(changes.find((change) => change.id === id)).toMatchObject({ statusChanged: true, dateChanged: false });
    expect(await findDeadline(store.reading, id)).toMatchObject({ status: "cancelled", dueOn: "2027-01-27" });
    expect((await historyOf(store.reading, WRITTEN)).at(-1)).toMatchObject({ field: "status", new: "cancelled", reason: "claim.base_stopped" });
    await store.write((trx) => withdrawClaim(trx, "cancel", { statedBy: "network:anpud" }, deps));
    expect((await findDeadline(store.reading, id))?.status).toBe("provisional");
    expect((await findSession(store.reading, "hrc-64"))?.status).toBe("provisional");
  });

  test("moves an internal deadline with the official one", async () => {
    const { store, deps } = await season();
    const first = await store.write((trx) => addInternal(trx, { network: "anpud", base: WRITTEN, lead: "-P14D", title: "our draft" }, deps));
    const second = await store.write((trx) => addInternal(trx, { network: "anpud", base: WRITTEN, lead: "-P7D", title: "our check" }, deps));
    expect([first.id, second.id]).toEqual([`${WRITTEN}-anpud`, `${WRITTEN}-anpud-2`]);
    await store.write((trx) => stateClaim(trx, says(WRITTEN, "2027-02-20"), deps));
    expect((await findDeadline(store.reading, first.id))?.dueOn).toBe("2027-02-06");
    expect((await findDeadline(store.reading, second.id))?.dueOn).toBe("2027-02-13");
  });

  test("writes no history and raises no revision when a claim changes nothing that is shown", async () => {
    const { store, deps } = await season();
    const changes = await store.write((trx) => stateClaim(trx, says(WRITTEN, "2027-01-01", { confidence: "projected", statedBy: "source:news" }), deps));
    expect(changes).toEqual([]);
    expect(await historyOf(store.reading, WRITTEN)).toEqual([]);
    expect(await listClaims(store.reading, WRITTEN)).toHaveLength(2);
  });

  test("says no to a disagreeing official page once, until that page changes again", async () => {
    const { store, deps } = await season();
    const official = (on: string, id: string): ClaimDraft => says(WRITTEN, on, { id, confidence: "official", statedBy: "source:ohchr" });
    await store.write((trx) => stateClaim(trx, says(WRITTEN, "2027-02-12"), deps));
    await store.write((trx) => stateClaim(trx, official("2027-02-11", "first"), deps));
    const disagreeing = async () => standing(await listClaims(store.reading, WRITTEN)).date.disagrees.map((found) => found.id);
    expect(await disagreeing()).toEqual(["first"]);
    await store.write((trx) => dismissProposal(trx, "first", { statedBy: "network:anpud" }, deps));
    expect(await disagreeing()).toEqual([]);
    expect((await findDeadline(store.reading, WRITTEN))?.dueOn).toBe("2027-02-12");
    await store.write((trx) => stateClaim(trx, official("2027-02-13", "second"), deps));
    expect(await disagreeing()).toEqual(["second"]);
  });

  test("refuses to answer a proposal twice", async () => {
    const { store, deps } = await season();
    await store.write((trx) => stateClaim(trx, says(WRITTEN, "2027-02-20", { id: "read", statedBy: "source:news", proposed: true }), deps));
    expect((await findDeadline(store.reading, WRITTEN))?.dueOn).toBe("2027-02-10");
    expect(await store.write((trx) => dismissProposal(trx, "read", { statedBy: "network:anpud" }, deps))).toEqual([]);
    await expect(store.write((trx) => dismissProposal(trx, "read", { statedBy: "network:anpud" }, deps))).rejects.toMatchObject({ code: "already_done" });
    await expect(store.write((trx) => withdrawClaim(trx, "read", { statedBy: "network:anpud" }, deps))).rejects.toMatchObject({ code: "already_done" });
  });

  test("waits with a conditional deadline until somebody says that the condition is met", async () => {
    const { store, deps } = await openCalendar({ ...emptyCalendar(), sessions: [sessionRow("crc-2027-1", { start: "2027-01" })] });
    const id = "crc-2027-1-additional-submission-january-session";
    expect(await findDeadline(store.reading, id)).toMatchObject({ dueOn: "2026-12-15", conditionMet: false, onlyIf: "the CRC session in January takes place" });
    await store.write((trx) => stateCondition(trx, id, true, { statedBy: "network:anpud" }, deps));
    expect((await findDeadline(store.reading, id))?.conditionMet).toBe(true);
    expect((await historyOf(store.reading, id)).at(-1)).toMatchObject({ field: "condition", old: false, new: true });
  });

  test("suspends what is counted from a suspended paper, and leaves the rest of the review alone", async () => {
    const { store, deps } = await openCalendar({
      ...emptyCalendar(),
      sessions: [sessionRow("upr-wg-55", { mechanism: "upr-wg", session: "55", start: "2027-11" })],
      upr: [uprRow("55", "PHL", { stakeholder_deadline: "2027-03" })],
    });
    await store.write((trx) => stateClaim(trx, says("upr55-phl", "", { value: { field: "status", status: "suspended" } }), deps));
    expect((await findDeadline(store.reading, "upr55-phl-start-drafting-the-stakeholder-paper"))?.status).toBe("suspended");
    expect((await findDeadline(store.reading, "upr55-phl-embassy-and-mission-advocacy"))?.status).toBe("projected");
  });
});

describe("a deadline that a person adds", () => {
  test("gets a permanent id from mechanism and title, and a second one of that name another", async () => {
    const { store, deps } = await openCalendar();
    const added = { mechanism: "hrc", title: "Panel on drug policy: Register!", network: "anpud", value: { on: "2027-02-01", time: "18:00", zone: "Europe/Zurich" } };
    const first = await store.write((trx) => addDeadline(trx, added, deps));
    const second = await store.write((trx) => addDeadline(trx, added, deps));
    expect([first.id, second.id]).toEqual(["hrc-panel-on-drug-policy-register", "hrc-panel-on-drug-policy-register-2"]);
    expect(first.changes).toEqual([{ kind: "deadline", id: first.id, revision: 1, dateChanged: false, statusChanged: false, isNew: true }]);
    expect(await findDeadline(store.reading, first.id)).toMatchObject({
      dueOn: "2027-02-01", dueTime: "18:00", precision: "minute", overAt: Date.parse("2027-02-01T17:00Z"), status: "confirmed", confidence: "person",
    });
  });

  test("gets an id even when the title has no Latin letter", async () => {
    const { store, deps } = await openCalendar();
    const value = { on: "2027-02-01", time: null, zone: "Europe/Zurich" };
    const { id } = await store.write((trx) => addDeadline(trx, { mechanism: "hrc", title: "Заявление", network: "enpud", value }, deps));
    expect(id).toMatch(/^hrc-[a-z0-9]+$/);
  });

  test("cannot be put before something that does not exist", async () => {
    const { store, deps } = await openCalendar();
    const adding = store.write((trx) => addInternal(trx, { network: "anpud", base: "nothing", lead: "-P14D", title: "our draft" }, deps));
    await expect(adding).rejects.toMatchObject({ code: "unknown_subject" });
  });
});
