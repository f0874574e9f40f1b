import { beforeAll, describe, expect, test } from "vitest";
import { stateClaim } from "../../src/calendar/claims.ts";
import { type ChainStep, type ChainStepName, uprChain } from "../../src/calendar/upr.ts";
import type { Store } from "../../src/ports.ts";
import { emptyCalendar, openCalendar, sessionRow, shippedDirectory, shippedFiles, uprRow } from "../support/calendar.ts";

let store: Store;
beforeAll(async () => {
  ({ store } = await openCalendar(shippedFiles));
});

async function chain(iso3: string, on: string, cycle: number): Promise<Map<ChainStepName, ChainStep>> {
  const steps = await uprChain(store.reading, iso3, Date.parse(`${on}T12:00:00Z`), shippedDirectory);
  return new Map(steps.filter((step) => step.cycle === cycle).map((step) => [step.step, step]));
}
const statesOf = (steps: Map<ChainStepName, ChainStep>): Record<string, string> => Object.fromEntries([...steps].map(([name, step]) => [name, step.state]));

describe("the review of one State", () => {
  test("is a chain of seven steps for each cycle that is known", async () => {
    const steps = await uprChain(store.reading, "PHL", Date.parse("2026-11-20T12:00:00Z"), shippedDirectory);
    expect(steps.map((step) => `${step.cycle} ${step.step}`)).toEqual(
      [4, 5].flatMap((cycle) => ["paper", "pre-session", "review", "reply", "adoption", "mid-term", "next-cycle"].map((step) => `${cycle} ${step}`)),
    );
    expect(steps.find((step) => step.cycle === 4 && step.step === "next-cycle")).toMatchObject({ on: "2027-11", sessionId: "upr-wg-55", deadlineId: "upr55-phl", state: "coming" });
  });

  test("says what is past, what is possible now and what is to come as the year goes on", async () => {
    expect(statesOf(await chain("PHL", "2026-11-20", 5))).toMatchObject({ paper: "coming", review: "coming", "next-cycle": "unknown" });
    expect(statesOf(await chain("PHL", "2027-01-15", 5))).toMatchObject({ paper: "now", "pre-session": "coming" });
    expect(statesOf(await chain("PHL", "2027-09-10", 5))).toMatchObject({ paper: "past", "pre-session": "now", review: "coming" });
    expect(statesOf(await chain("PHL", "2027-11-15", 5))).toMatchObject({ "pre-session": "past", review: "now", reply: "coming" });
    expect(statesOf(await chain("PHL", "2028-01-10", 5))).toMatchObject({ review: "past", reply: "now", adoption: "coming" });
  });

  test("keeps a month a month, and our reckoning a projection", async () => {
    const steps = await chain("PHL", "2026-11-20", 5);
    expect(steps.get("paper")).toMatchObject({ on: "2027-03", confidence: "projected", deadlineId: "upr55-phl" });
    expect(steps.get("pre-session")).toMatchObject({ on: "2027-09", confidence: "projected" });
    expect(steps.get("mid-term")).toMatchObject({ on: "2030-02", confidence: "projected", deadlineId: null });
  });

  test("is adopted one session of the Council later than the next one, also over the gap between cycles", async () => {
    expect((await chain("USA", "2026-11-20", 4)).get("adoption")).toMatchObject({ sessionId: "hrc-64", on: "2027-02-24" });
    expect((await chain("MMR", "2026-11-20", 4)).get("adoption")).toMatchObject({ sessionId: "hrc-65" });
    expect((await chain("PHL", "2026-11-20", 5)).get("adoption")).toMatchObject({ sessionId: "hrc-67", on: "2028-02" });
  });

  test("names no session of the Council that the calendar does not hold", async () => {
    expect((await chain("PHL", "2026-11-20", 4)).get("adoption")).toMatchObject({ sessionId: null, on: "2023-03", state: "past" });
  });

  test("says that papers are not taken where they are suspended, and leaves the review itself standing", async () => {
    const steps = await chain("MMR", "2026-11-20", 4);
    expect(steps.get("paper")).toMatchObject({ status: "suspended", state: "unknown", note: "upr.note.paper.stopped" });
    expect(steps.get("review")).toMatchObject({ on: "2027-01", state: "coming", note: "upr.note.review" });
  });

  test("follows a State that was moved to another session, and shows a session that is cancelled", async () => {
    const sessions = ["55", "56"].map((session) => sessionRow(`upr-wg-${session}`, { mechanism: "upr-wg", session, start: "2027-11" }));
    const moved = await openCalendar({ ...emptyCalendar(), sessions, upr: [uprRow("55", "PHL"), uprRow("55", "NPL")] });
    await moved.bring({ ...emptyCalendar(), sessions, upr: [uprRow("56", "PHL"), uprRow("55", "NPL")] });
    const now = Date.parse("2026-11-20T12:00:00Z");
    const reviewOf = async () => (await uprChain(moved.store.reading, "PHL", now, shippedDirectory)).filter((step) => step.step === "review");
    expect(await reviewOf()).toMatchObject([{ session: "56", state: "coming" }]);
    const cancel = { subject: "upr-wg-56", value: { field: "status", status: "cancelled" }, confidence: "official", statedBy: "source:ohchr", reason: "claim.reported" } as const;
    await moved.store.write((trx) => stateClaim(trx, cancel, moved.deps));
    expect(await reviewOf()).toMatchObject([{ session: "56", status: "cancelled", state: "unknown", note: "upr.note.review.stopped" }]);
  });

  test("is empty for a State that is not reviewed", async () => {
    expect(await uprChain(store.reading, "XXX", Date.parse("2026-11-20T12:00:00Z"), shippedDirectory)).toEqual([]);
  });
});
