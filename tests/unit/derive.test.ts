import { describe, expect, test } from "vitest";
import { countFrom } from "../../src/calendar/claims.ts";
import { type DeadlineSeed, deriveDeadlines, deriveWithoutSession } from "../../src/calendar/derive.ts";
import { shippedDirectory, shippedFiles, uprRow } from "../support/calendar.ts";

const scope = { directory: shippedDirectory, ruleSessions: shippedFiles.ruleSessions, upr: [uprRow("55", "PHL"), uprRow("44", "NPL")], checkedOn: "2026-11-20" };
const derive = (id: string, mechanism: string, number = ""): DeadlineSeed[] => deriveDeadlines({ id, mechanism, number }, scope);
const idsOf = (seeds: readonly DeadlineSeed[]): string[] => seeds.map((seed) => seed.id);
const find = (seeds: readonly DeadlineSeed[], id: string): DeadlineSeed | undefined => seeds.find((seed) => seed.id === id);

describe("counting from a base", () => {
  test("gives a day for a day and a month for a month", () => {
    expect(countFrom("2027-02-24", "-P14D")).toBe("2027-02-10");
    expect(countFrom("2027-11", "-P221D")).toBe("2027-03");
    expect(countFrom("2027-03-15", "-P4W")).toBe("2027-02-15");
  });

  test("gives nothing where the base is unknown, known to the year, or the day is set each time", () => {
    expect(countFrom(null, "-P14D")).toBeNull();
    expect(countFrom("2027", "-P14D")).toBeNull();
    expect(countFrom("2027-02-24", null)).toBeNull();
  });

  test("takes the last yearly day before the session, also across the new year", () => {
    expect(countFrom("2027-01", "--12-15")).toBe("2026-12-15");
    expect(countFrom("2027-05", "--04-15")).toBe("2027-04-15");
    expect(countFrom("2027-12-03", "--12-03")).toBe("2026-12-03");
  });
});

describe("deriving deadlines", () => {
  test("names a deadline by its session and its rule, for ever", () => {
    const statement = find(derive("hrc-64", "hrc", "64"), "hrc-64-written-statement");
    expect(statement).toMatchObject({
      kind: "deadline", mechanism: "hrc", rule: "hrc-written-statement", session: "hrc-64", base: "hrc-64", leadFromBase: "-P14D",
      family: "hrc-64/hrc-written-statement", whoMay: "ecosoc", zone: "Europe/Zurich", country: null,
    });
    expect(statement?.claims).toMatchObject([{ statedBy: "rule:hrc-written-statement", value: { from: { base: "hrc-64", lead: "-P14D", atMost: "secondary" } } }]);
  });

  test("gives openings and planning days their own kind", () => {
    const seeds = derive("hrc-64", "hrc", "64");
    expect(find(seeds, "hrc-64-oral-statement-list-opens")?.kind).toBe("opening");
    expect(find(seeds, "hrc-64-side-event-request")?.kind).toBe("planning");
  });

  test("derives nothing for the Council's organisational meetings", () => {
    expect(derive("hrc-org-before-64", "hrc-org")).toEqual([]);
  });

  test("makes the stakeholder paper of a State the head of its review", () => {
    const seeds = derive("upr-wg-55", "upr-wg", "55");
    expect(find(seeds, "upr55-phl")).toMatchObject({ kind: "deadline", mechanism: "upr", country: "PHL", session: "upr-wg-55", base: "upr-wg-55", family: "upr-wg-55/upr-stakeholder-submission" });
    expect(find(seeds, "upr55-phl-start-drafting-the-stakeholder-paper")).toMatchObject({ base: "upr55-phl", leadFromBase: "-P3M", kind: "planning" });
    expect(find(seeds, "upr55-phl-national-report-due")).toMatchObject({ base: "upr-wg-55", whoMay: "states" });
    expect(find(seeds, "upr55-phl-embassy-and-mission-advocacy")).toMatchObject({ base: "upr-wg-55", leadFromBase: "-P12W" });
  });

  test("does not remind twice of one moment: how to send the paper stands with the paper", () => {
    expect(idsOf(derive("upr-wg-55", "upr-wg", "55"))).not.toContain("upr55-phl-stakeholder-submission-form");
  });

  test("keeps only the paper of reviews that are long over", () => {
    expect(idsOf(derive("upr-wg-44", "upr-wg", "44"))).toEqual(["upr44-npl"]);
  });

  test("takes the day of the paper from the file where the file gives it, and never as surer than at second hand", () => {
    const given = { ...scope, upr: [uprRow("41", "BHR", { stakeholder_deadline: "2022-03-31", confidence: "official" })] };
    const [paper] = deriveDeadlines({ id: "upr-wg-41", mechanism: "upr-wg", number: "41" }, given);
    expect(paper?.claims).toMatchObject([{ statedBy: "shipped:upr", confidence: "secondary", value: { on: "2022-03-31" } }]);
    expect(paper?.claims[0]?.value).not.toHaveProperty("from");
  });

  test("gives the Commission's main session its deadlines and the autumn discussions theirs", () => {
    expect(idsOf(derive("cnd-70-intersessional", "cnd"))).toEqual(["cnd-70-intersessional-speak-at-autumn-thematic-discussions"]);
    expect(derive("cnd-70-reconvened", "cnd")).toEqual([]);
    const main = idsOf(derive("cnd-70", "cnd", "70"));
    expect(main).toContain("cnd-70-draft-resolutions-tabled");
    expect(main).not.toContain("cnd-70-speak-at-autumn-thematic-discussions");
  });

  test("applies WHO's one rule to its Board and its Assembly, but not to its expert committee", () => {
    expect(derive("who-eb-160", "who-eb")).toMatchObject([{ id: "who-eb-160-attend-and-speak-at-eb-and-wha", mechanism: "who" }]);
    expect(idsOf(derive("who-wha-80", "who-wha"))).toEqual(["who-wha-80-attend-and-speak-at-eb-and-wha"]);
    expect(derive("who-ecdd-50", "who-ecdd")).toEqual([]);
  });

  test("counts a committee's list of issues from a pre-session, and leaves it open for a session", () => {
    const id = "any-loi-or-loipr-input-planning-value";
    expect(find(derive("crc-pswg-2026-01", "crc"), `crc-pswg-2026-01-${id}`)).toMatchObject({ leadFromBase: "-P10W", mechanism: "crc" });
    expect(find(derive("crc-2027-1", "crc"), `crc-2027-1-${id}`)).toMatchObject({ leadFromBase: null, base: "crc-2027-1" });
  });

  test("ties yearly days of the child rights committee to the session they are for, under their condition", () => {
    expect(find(derive("crc-2027-2", "crc"), "crc-2027-2-additional-submission-may-session")).toMatchObject({
      leadFromBase: "--04-15", onlyIf: "the CRC session in May takes place",
    });
    expect(idsOf(derive("crc-2027-2", "crc"))).not.toContain("crc-2027-2-additional-submission-january-session");
  });

  test("has one rule for hearings in the first period of the year and another for the rest", () => {
    expect(idsOf(derive("iachr-2027-1", "iachr"))).toEqual(["iachr-2027-1-hearing-request-first-period", "iachr-2027-1-answer-to-hearing-requests"]);
    expect(idsOf(derive("iachr-2027-autumn", "iachr"))).toEqual(["iachr-2027-autumn-hearing-request", "iachr-2027-autumn-answer-to-hearing-requests"]);
  });

  test("makes one edition a year of days that belong to no session", () => {
    const seeds = deriveWithoutSession([2026, 2027], scope);
    expect(find(seeds, "ecosoc-2027-apply-for-consultative-status")).toMatchObject({ kind: "deadline", session: null, base: null });
    expect(find(seeds, "ecosoc-2027-apply-for-consultative-status")?.claims).toMatchObject([{ value: { on: "2027-06-01" } }]);
    expect(find(seeds, "crc-2026-alternative-report-for-loipr-february-pre-session")?.onlyIf).toBe("a CRC pre-session in February is announced");
  });

  test("lists routes and rolling calls once, under the rule's own id and without a date", () => {
    const seeds = deriveWithoutSession([2026, 2027], scope);
    expect(find(seeds, "ecthr-application")).toMatchObject({ kind: "route", session: null });
    expect(find(seeds, "ecthr-application")?.claims).toMatchObject([{ value: { on: null } }]);
    expect(find(seeds, "ohchr-calls-call-for-input")).toMatchObject({ kind: "note" });
  });

  test("uses every shipped rule for something, except those that are named as told elsewhere", () => {
    const sessions = shippedFiles.sessions.map((row) => ({ id: row.id, mechanism: row.mechanism, number: row.session }));
    const whole = { ...scope, upr: shippedFiles.upr };
    const used = new Set([...sessions.flatMap((session) => deriveDeadlines(session, whole)), ...deriveWithoutSession([2026], whole)].map((seed) => seed.rule));
    const unused = shippedDirectory.rules.map((rule) => rule.id).filter((id) => !used.has(id));
    // The Advisory Committee has no session in the files yet.
    expect(unused).toEqual(["hrc-ac-written-statement-to-the-advisory-committee", "hrc-ac-accreditation", "upr-stakeholder-submission-form"]);
  });
});
