import path from "node:path";
import { describe, expect, it } from "vitest";
import { readShipped } from "../../adapters/data/read.ts";
import { duration } from "../../src/arguments/duration.ts";
import type { Claim } from "../../src/calendar/claim.ts";
import type { Deadline } from "../../src/calendar/deadline-row.ts";
import type { Session } from "../../src/calendar/sessions.ts";
import { shippedSessions } from "../../src/calendar/shipped-sessions.ts";
import type { ChainStep } from "../../src/calendar/upr.ts";
import type { CardView } from "../../src/cards/card.ts";
import { deadlineCard, drawDeadline, type DeadlineState } from "../../src/cards/deadline.ts";
import type { Details } from "../../src/cards/details.ts";
import { drawDigest, type DigestState } from "../../src/cards/digest.ts";
import { drawHistory } from "../../src/cards/history.ts";
import { drawLook } from "../../src/cards/look.ts";
import { drawMoved } from "../../src/cards/moved.ts";
import { drawObservance } from "../../src/cards/observance.ts";
import { drawQuestion } from "../../src/cards/question.ts";
import { drawResume } from "../../src/cards/resume.ts";
import { drawSession, drawSessions } from "../../src/cards/session.ts";
import { sessionTitle } from "../../src/cards/titles.ts";
import { drawChain } from "../../src/cards/upr.ts";
import type { ArgumentScope } from "../../src/command.ts";
import { createDirectory } from "../../src/directory.ts";
import { speak } from "../../src/i18n.ts";
import { LANGUAGES, type Language } from "../../src/message.ts";
import { toCopy, toPlain } from "../../src/plain.ts";
import type { DigestEntry } from "../../src/planning/digest.ts";
import { overAt } from "../../src/time.ts";
import { roomWith } from "../support/planning.ts";

const DATA = path.join(import.meta.dirname, "../../data");
const directory = createDirectory(readShipped(DATA).directorySources);

const room = roomWith({ wakingUntil: "20:00" });

function view(parts: { now?: string; occasion?: string; plannedAt?: string; told?: string; language?: Language; zone?: string } = {}): CardView {
  const now = Date.parse(parts.now ?? "2027-01-27T02:00:00Z");
  const language = parts.language ?? "en";
  return {
    room: { ...room, language },
    language,
    zone: parts.zone ?? "Asia/Bangkok",
    now,
    say: speak(language),
    directory,
    occasion: parts.occasion ?? "show",
    plannedAt: parts.plannedAt === undefined ? now : Date.parse(parts.plannedAt),
    told: parts.told ?? null,
  };
}

const session: Session = {
  id: "hrc-64",
  mechanism: "hrc",
  number: "64",
  title: "Human Rights Council, 64th regular session (opens on a Wednesday)",
  place: "Geneva",
  kind: "session",
  zone: "Europe/Zurich",
  startsOn: "2027-02-24",
  endsOn: "2027-04-02",
  precision: "day",
  status: "provisional",
  confidence: "secondary",
  link: "https://hrcportal.ohchr.org/hrc-sessions",
  checkedOn: "2026-11-20",
  revision: 1,
};

function deadline(parts: Partial<Deadline> = {}): Deadline {
  const made: Deadline = {
    id: "hrc-64-written-statement",
    kind: "deadline",
    mechanism: "hrc",
    rule: "hrc-written-statement",
    session: "hrc-64",
    country: null,
    network: null,
    base: "hrc-64",
    leadFromBase: "-P14D",
    title: null,
    family: "hrc-64-written-statement",
    whoMay: "ecosoc",
    topics: ["all-rights"],
    zone: "Europe/Zurich",
    dueOn: "2027-02-10",
    dueTime: null,
    overAt: null,
    precision: "day",
    status: "confirmed",
    confidence: "secondary",
    onlyIf: null,
    conditionMet: true,
    link: "https://hrcportal.ohchr.org/practical-information",
    checkedOn: "2026-11-20",
    revision: 7,
    ...parts,
  };
  return { ...made, overAt: made.dueOn === null ? null : overAt(made.dueOn, made.dueTime, made.zone) };
}

function details(parts: Partial<Deadline> = {}, more: Partial<Details> = {}): Details {
  return { deadline: deadline(parts), session, base: undefined, left: [], takers: [], personBy: undefined, disagrees: [], ...more };
}

function state(first: Details, more: Partial<DeadlineState> = {}): DeadlineState {
  const names = new Map([["anpud", "ANPUD"], ["enpud", "ENPUD"], ["coordination", "Coordination"]]);
  return { first, others: [], standing: "no", network: "anpud", names, queuedAt: null, isSent: true, ...more };
}

const upr: Partial<Deadline> = {
  id: "upr55-phl", mechanism: "upr", rule: "upr-stakeholder-submission", session: "upr-wg-55", country: "PHL", whoMay: "anyone",
  family: "upr-wg-55-upr-stakeholder-submission", base: null, leadFromBase: null, dueOn: "2027-03", precision: "month", status: "projected",
  confidence: "projected",
};
const workingGroup: Session = { ...session, id: "upr-wg-55", mechanism: "upr-wg", number: "55", startsOn: "2027-11", endsOn: "2027-11", confidence: "projected" };

const GENEVA = "Europe/Zurich";
const NAMES = new Map([["anpud", "ANPUD"], ["enpud", "ENPUD"]]);
const TOLD = JSON.stringify({ on: "2027-02-10", time: null, zone: GENEVA });
const left = (on: string, at = "2027-01-20T00:00:00Z") => ({ on, time: null, zone: GENEVA, at: Date.parse(at) });

/** The second line of a card: its date. */
function when(first: Details, more?: Parameters<typeof view>[0]): string {
  return toPlain(drawDeadline(state(first), view(more))).split("\n")[1] ?? "";
}

describe("the deadline card", () => {
  it("reads as the design's example does", () => {
    const lines = toPlain(drawDeadline(state(details()), view()), { numbers: true }).split("\n");
    expect(lines[0]).toMatch(/^Human Rights Council, 64th session: written statement/);
    expect(lines[1]).toBe("Wed 10 Feb 2027, Geneva: in 2 weeks (last day; the hour is on the session page)");
    expect(lines[2]).toBe("For you    you have no ECOSOC status: ask a partner to name you in a footnote");
    expect(lines[3]).toMatch(/^Send {7}\S/);
    expect(lines[4]).toBe("Why then   usually 2 weeks before the session opens, on 24 Feb 2027");
    expect(lines[5]).toBe("Says who   https://hrcportal.ohchr.org/practical-information (secondary source) · last checked 20 Nov 2026");
    expect(lines[6]).toBe("1 We can take this   2 Remind us later   3 Hide here   4 History   5 Copy as plain text");
  });

  it("names its actions as command lines that carry what was seen", () => {
    expect(drawDeadline(state(details()), view()).actions.map((action) => action.command)).toEqual([
      "take hrc-64-written-statement --seen 7",
      "snooze hrc-64-written-statement",
      "hide hrc-64-written-statement",
      "deadline history hrc-64-written-statement",
      "copy hrc-64-written-statement",
    ]);
  });

  it("shows the official minute and the room's own time on one line", () => {
    expect(when(details({ dueTime: "18:00", precision: "minute" }))).toBe("Wed 10 Feb 2027, 18:00, Geneva (Thu 11 Feb 2027, 00:00 here): in 2 weeks");
    expect(when(details({ dueTime: "10:00", precision: "minute" }))).toBe("Wed 10 Feb 2027, 10:00, Geneva (16:00 here): in 2 weeks");
    expect(when(details({ dueTime: "18:00", precision: "minute" }), { zone: "Europe/Paris" })).toBe("Wed 10 Feb 2027, 18:00, Geneva: in 2 weeks");
  });

  it("plans for about a day that we projected, and says about of a month, counting down to neither", () => {
    expect(when(details({ ...upr, dueOn: "2027-03-31", precision: "day" }))).toBe("plan for about Wed 31 Mar 2027");
    expect(when(details(upr))).toBe("about March 2027");
  });

  it("never calls our planning day a deadline", () => {
    expect(when(details({ kind: "planning" }))).toBe("Wed 10 Feb 2027: in 2 weeks (our planning day, not a deadline)");
  });

  it("says when a list opens, and that a day is set for each session", () => {
    expect(when(details({ kind: "opening" }))).toBe("opens Wed 10 Feb 2027, Geneva: in 2 weeks (the hour is on the session page)");
    expect(when(details({ kind: "note", dueOn: null, precision: "unknown" }))).toBe("the day is set for each session: look at its page");
  });

  it("strikes the date that a post was about beside the new one", () => {
    const moved = details({ status: "moved", dueOn: "2027-02-12" }, { left: [left("2027-02-10")] });
    expect(when(moved, { occasion: "reminder:P14D@2027-02-10" })).toMatch(/^~Wed 10 Feb 2027~ Fri 12 Feb 2027, Geneva: in 16 days/);
    expect(when(moved, { occasion: "reminder:P14D@2027-02-12" })).toMatch(/^Fri 12 Feb 2027/);
  });

  it("asks nothing of anybody once it is cancelled, suspended or over", () => {
    for (const [first, now, line] of [
      [details({ status: "cancelled" }), undefined, "~Wed 10 Feb 2027~ cancelled"],
      [details({ status: "suspended" }), undefined, "~Wed 10 Feb 2027~ suspended until further notice"],
      [details(), "2027-03-01T00:00:00Z", "Wed 10 Feb 2027: this has passed"],
    ] as const) {
      const message = drawDeadline(state(first), view(now === undefined ? {} : { now }));
      const text = toPlain(message);
      expect(text).toContain(line);
      expect(text).not.toContain("For you");
      expect(message.actions.map((action) => action.command.split(" ")[0])).toEqual(["hide", "deadline", "copy"]);
    }
  });

  it("is urgent in the last two days, and only when the day is sure", () => {
    const near = { now: "2027-02-09T12:00:00Z" };
    expect(drawDeadline(state(details()), view(near)).tone).toBe("urgent");
    expect(drawDeadline(state(details({ confidence: "projected" })), view(near)).tone).toBe("plain");
    expect(drawDeadline(state(details()), view()).tone).toBe("plain");
  });

  it("says that it comes late when it was queued more than an hour after its time, and not when it is only edited later", () => {
    const late = { occasion: "reminder:P14D@2027-02-10", plannedAt: "2027-01-27T02:00:00Z", now: "2027-01-28T02:00:00Z" };
    const at = (time: string) => state(details(), { queuedAt: Date.parse(time) });
    expect(toPlain(drawDeadline(at("2027-01-27T05:00:00Z"), view(late)))).toContain("This comes late: Clarion was off.");
    expect(drawDeadline(at("2027-01-27T05:00:00Z"), view(late)).tone).toBe("late");
    expect(toPlain(drawDeadline(at("2027-01-27T02:00:01Z"), view(late)))).not.toContain("late");
  });

  it("lists the States of one family, and the ones that have moved away with their dates", () => {
    const sure: Partial<Deadline> = { ...upr, dueOn: "2027-03-31", precision: "day", status: "confirmed", confidence: "official" };
    const others = [
      details({ ...sure, id: "upr55-ind", country: "IND" }),
      details({ ...sure, id: "upr55-idn", country: "IDN", dueOn: "2027-04-05", status: "moved" }, { left: [left("2027-03-31")] }),
    ];
    const message = drawDeadline(state(details(sure, { session: workingGroup }), { others }), view({ occasion: "reminder:P14D@2027-03-31" }));
    const text = toPlain(message);
    expect(text).toMatch(/^Working Group on the Universal Periodic Review, 55th session: /);
    expect(text).toContain("\n- Philippines\n- India\n- Indonesia · ~Wed 31 Mar 2027~ Mon 5 Apr 2027, Geneva");
    expect(message.actions.map((action) => action.command)).toEqual(["deadline show upr55-phl", "deadline show upr55-ind", "deadline show upr55-idn"]);
    expect(deadlineCard.tells?.(state(details(sure), { others })).map((told) => [told.deadline, told.value.on])).toEqual([
      ["upr55-phl", "2027-03-31"],
      ["upr55-ind", "2027-03-31"],
      ["upr55-idn", "2027-04-05"],
    ]);
  });

  it("names a State in the title of its own card", () => {
    expect(toPlain(drawDeadline(state(details(upr, { session: workingGroup })), view()))).toMatch(/^UPR of Philippines: \S/);
  });

  it("shows who took it to the network itself and to coordination only", () => {
    const taken = details({}, { takers: ["anpud", "enpud"] });
    expect(toPlain(drawDeadline(state(taken), view()))).toContain("Taken      by you\n");
    expect(toPlain(drawDeadline(state(taken, { network: "lanpud" }), view()))).not.toMatch(/Taken|ANPUD|ENPUD/);
    expect(toPlain(drawDeadline(state(taken, { network: "coordination" }), view()))).toContain("Taken      by ANPUD, ENPUD\n");
    expect(drawDeadline(state(taken), view()).actions[0]?.command).toBe("release hrc-64-written-statement --seen 7");
  });

  it("says once that a partner with status can do it", () => {
    const partner = (rule: string) => /For you +(.*)/.exec(toPlain(drawDeadline(state(details({ rule }), { standing: "partner" }), view())))?.[1];
    expect(partner("hrc-written-statement")).toBe("your partner has ECOSOC status: ask it to name you in a footnote");
    for (const language of LANGUAGES) {
      for (const way of ["badge", "event", "oral", "other", "written"]) {
        const said = speak(language)("standing.ecosoc.partner", { way: speak(language)(`foryou.partner.${way}`) });
        expect(said.match(/partner|aliada|partenaire|партнер|parceira|شريك/giu), said).toHaveLength(1);
      }
    }
  });

  it("marks an opening only where its name does not say that it opens", () => {
    const row = (parts: Partial<Deadline>) => toPlain(drawSession(session, [deadline({ kind: "opening", ...parts })], "no", view()));
    expect(row({ rule: "hrc-oral-statement-list-opens" })).toContain("HRC: the list for oral statements opens  ");
    expect(row({ rule: null, title: "registration" })).toContain("HRC: registration (list or window opens)");
  });

  it("names the network whose word stands, and what an official page says since", () => {
    const claim: Claim<{ field: "date"; on: string }> = {
      id: "c9", subject: "x", value: { field: "date", on: "2027-02-15" }, confidence: "official", statedBy: "source:ohchr", link: "https://www.ohchr.org/x",
      checkedOn: null, statedAt: 0, state: "stated", sequence: 9, reason: "claim.shipped",
    };
    const text = toPlain(drawDeadline(state(details({ confidence: "person" }, { personBy: "network:enpud", disagrees: [claim] })), view()));
    expect(text).toContain("Says who   ENPUD, entered by hand · last checked 20 Nov 2026");
    expect(text).toContain("But        https://www.ohchr.org/x now says Mon 15 Feb 2027");
    const unlinked = details({ confidence: "person" }, { personBy: "network:enpud", disagrees: [{ ...claim, link: "" }] });
    expect(toPlain(drawDeadline(state(unlinked), view()))).toContain("But        the official page now says Mon 15 Feb 2027");
  });

  it("counts a network's own date from the official one and names the network", () => {
    const own: Partial<Deadline> = { kind: "internal", rule: null, title: "our draft", network: "anpud", dueOn: "2027-02-03", whoMay: "anyone" };
    const text = toPlain(drawDeadline(state(details(own, { base: deadline() })), view()));
    expect(text).toContain("Our own date: our draft\nWed 3 Feb 2027: in 7 days (our own date)");
    expect(text).toMatch(/Why then {3}2 weeks before Human Rights Council: written statement.* \(10 Feb 2027\)/);
    expect(text).toContain("Says who   ANPUD");
  });

  it("says on a lock screen how many dates there are and nothing else", () => {
    expect(drawDeadline(state(details()), view()).discreet).toBe("Clarion: 1 date");
    expect(drawDeadline(state(details()), view({ now: "2027-02-08T00:00:00Z" })).discreet).toBe("Clarion: 1 date this week");
  });

  it("fits into the copy for e-mail and other messengers", () => {
    expect(toCopy(drawDeadline(state(details()), view()))).toMatch(/\nSays who: https:\/\/hrcportal\.ohchr\.org\/practical-information/);
  });

  it("keeps the date in its own order inside Arabic", () => {
    expect(toPlain(drawDeadline(state(details()), view({ language: "ar" })))).toMatch(/\u2068[^\u2069]*2027\u2069/);
  });
});

describe("the correction", () => {
  const draw = (parts: Partial<Deadline>, wasProjected = false) =>
    drawMoved({ details: details(parts), others: [], names: NAMES, wasProjected }, view({ told: TOLD, occasion: "moved:8" }));

  it("says the old and the new date when a deadline moves", () => {
    expect(toPlain(draw({ dueOn: "2027-02-12", status: "moved" }))).toContain("moved from ~Wed 10 Feb 2027~ to Fri 12 Feb 2027, Geneva: in 16 days");
  });

  it("apologises when the old date was our own estimate", () => {
    expect(toPlain(draw({ dueOn: "2027-02-12", status: "moved" }, true))).toContain("We are sorry: the first date was our own estimate.");
    expect(toPlain(draw({ dueOn: "2027-02-12", status: "moved" }))).not.toContain("sorry");
  });

  it("says that there is nothing to send when it is cancelled or suspended", () => {
    expect(toPlain(draw({ status: "cancelled" }))).toContain("~Wed 10 Feb 2027~ cancelled. There is nothing to send.");
    expect(toPlain(draw({ status: "suspended" }))).toContain("~Wed 10 Feb 2027~ suspended until further notice.");
  });

  it("stays true when the date goes back, or is not known any more", () => {
    expect(toPlain(draw({}))).toContain("The date is again the one you were told: Wed 10 Feb 2027");
    expect(toPlain(draw({ dueOn: null, precision: "unknown" }))).toContain("~Wed 10 Feb 2027~ no longer stands. The new date is not known yet.");
  });

  const paper = (country: string, parts: Partial<Deadline> = {}): Details =>
    details(
      { ...upr, id: `upr55-${country.toLowerCase()}`, country, dueOn: "2027-03-31", precision: "day", status: "moved", confidence: "person", link: "", ...parts },
      { session: workingGroup, personBy: "network:anpud" },
    );
  const drawSeveral = (...[first, ...others]: [Details, ...Details[]]) =>
    drawMoved({ details: first, others, names: NAMES, wasProjected: false }, view({ told: TOLD, occasion: "moved:8@upr55-idn" }));

  it("names the States that moved together, with a button for each when they are few", () => {
    const message = drawSeveral(paper("IDN"), paper("PHL"));
    expect(toPlain(message, { numbers: true })).toBe(
      [
        "Moved: Working Group on the Universal Periodic Review, 55th session: stakeholder submission",
        "moved from ~Wed 10 Feb 2027~ to Wed 31 Mar 2027, Geneva: in 2 months (last day; the hour is on the session page)",
        "- Indonesia",
        "- Philippines",
        "Says who   ANPUD, entered by hand · last checked 20 Nov 2026",
        "1 Show Indonesia   2 Show Philippines",
      ].join("\n"),
    );
    expect(message.actions.map(({ command }) => command)).toEqual(["deadline show upr55-idn", "deadline show upr55-phl"]);
    expect(message.discreet).toContain("2 dates");
    expect(drawSeveral(paper("IDN"), paper("IND"), paper("PHL"), paper("THA")).actions).toEqual([]);
  });

  it("says beside its name what became of one that went on since", () => {
    const text = toPlain(drawSeveral(paper("IDN"), paper("IND", { status: "cancelled" }), paper("PHL", { dueOn: "2027-04-14" }), paper("THA", { dueOn: "2027-02-10" })));
    expect(text).toContain("- Indonesia\n");
    expect(text).toContain("- India · ~Wed 31 Mar 2027~ cancelled. There is nothing to send.");
    expect(text).toContain("- Philippines · moved from ~Wed 10 Feb 2027~ to Wed 14 Apr 2027");
    expect(text).toContain("- Thailand · The date is again the one you were told: Wed 10 Feb 2027");
  });
});

describe("quiet cards", () => {
  const day = (id: string, on: string): Session => ({ ...session, id, mechanism: "observance", kind: "observance", number: "2027", startsOn: on, endsOn: on });

  it("asks nothing on the day of remembrance", () => {
    const message = drawObservance(day("day-remembrance-day-2027", "2027-07-21"), view());
    expect(message.actions).toEqual([]);
    expect(message.tone).toBe("quiet");
    expect(toPlain(message)).toBe("International Remembrance Day\nWed 21 Jul 2027\nToday we remember the people we have lost. Nothing is asked of you today.");
  });

  it("shows a day of action without a countdown", () => {
    expect(toPlain(drawObservance(day("day-world-aids-day-2027", "2027-12-01"), view()))).toBe("World AIDS Day\nWed 1 Dec 2027\nA day you may wish to mark in your own way.");
  });

  it("asks coordination once, without blame and without naming a network", () => {
    const asked = details();
    const open = drawQuestion({ asked, untaken: [] }, view({ now: "2027-02-08T09:00:00Z" }));
    expect(toPlain(open)).toContain("This closes Wed 10 Feb 2027: in 2 days. Nobody has taken it, and that is fine. Take it, or let it go?");
    const taken = drawQuestion({ asked: { ...asked, takers: ["enpud"] }, untaken: [] }, view({ now: "2027-02-08T09:00:00Z" }));
    expect(toPlain(taken)).toContain("Somebody has taken this. Thank you.");
    expect(toPlain(taken)).not.toContain("ENPUD");
    expect(taken.actions).toEqual([]);
  });

  it("names the other States of a question", () => {
    const untaken = [deadline({ ...upr, id: "upr55-ind", country: "IND" })];
    const asked = details({ ...upr, dueOn: "2027-02-10", precision: "day", confidence: "official", status: "confirmed" });
    expect(toPlain(drawQuestion({ asked, untaken }, view({ now: "2027-02-08T09:00:00Z" })))).toContain("The same for India.");
  });

  it("names the pages to look at, and lets a day be entered", () => {
    const message = drawLook({ entries: [{ details: details(upr, { session: workingGroup }), states: 14 }] }, view());
    expect(toPlain(message)).toMatch(/55th session: \S.*\(14 States\) · about March 2027 · https:\/\/www\.ohchr\.org/);
    expect(message.actions[0]?.command).toBe("deadline move upr55-phl --states all");
  });
});

describe("the digest", () => {
  const entry = (parts: Partial<Deadline>, more: Partial<DigestEntry> = {}): DigestEntry => ({ deadline: deadline(parts), isNew: false, movedFrom: null, ...more });
  const empty = { from: "2027-01-25", until: "2027-03-22", due: [], plan: [], about: [], notForYou: [], passed: [] };
  const digest = (content: Partial<DigestState["content"]>): DigestState => ({ content: { ...empty, ...content }, standing: "no", news: [] });

  it("marks what is new and what has moved, with the old date struck", () => {
    const text = toPlain(
      drawDigest(
        digest({
          due: [entry({ whoMay: "anyone" }, { isNew: true }), entry({ id: "b", dueOn: "2027-02-12", whoMay: "anyone" }, { movedFrom: { on: "2027-02-11", time: null, zone: GENEVA } })],
        }),
        view(),
      ),
    );
    expect(text).toMatch(/Wed 10 Feb 2027 NEW {2,}HRC: written statement/);
    expect(text).toMatch(/~Thu 11 Feb 2027~ Fri 12 Feb 2027 MOVED {2,}HRC: written statement/);
  });

  it("says planning days, months, the way round and what passed under their own headings", () => {
    const text = toPlain(
      drawDigest(
        digest({
          plan: [entry({ kind: "planning" })],
          about: [entry(upr), entry({ onlyIf: "the State agrees", conditionMet: false })],
          notForYou: [{ ...entry({}), wayRoundKey: "standing.ecosoc.no" }],
          passed: [entry({ dueOn: "2027-01-20" })],
        }),
        view(),
      ),
    );
    expect(text).toContain("Nothing is due for you in these eight weeks.");
    expect(text).toMatch(/Our planning days\n- HRC: .* · Wed 10 Feb 2027\n/);
    expect(text).toMatch(/Not sure yet\n- UPR of Philippines: .* · about March 2027\n- .* · only if: the State agrees/);
    expect(text).toMatch(/Not open to you, and the way round\n- .* · you have no ECOSOC status: ask a partner to name you in a footnote/);
    expect(text).toMatch(/Passed without a reminder\n- .* · Wed 20 Jan 2027 \(passed\)/);
  });

  it("makes one line of many States", () => {
    const states = ["PHL", "IND", "IDN", "BRA"].map((country) => entry({ ...upr, id: country, country }));
    expect(toPlain(drawDigest(digest({ about: states }), view()))).toContain("- UPR of 4 States: ");
    expect(toPlain(drawDigest(digest({ about: states.slice(0, 2) }), view()))).toContain("- UPR of Philippines, India: ");
  });

  it("points to the rest with a line that can be typed in each language", async () => {
    const many = Array.from({ length: 21 }, (_, index) => entry({ id: `d${index}`, whoMay: "anyone" }));
    for (const language of LANGUAGES) {
      const text = toPlain(drawDigest(digest({ due: many }), view({ language })));
      const typed = /\/deadlines ([^\n\u2069]*)/.exec(text)?.[1] ?? "";
      // Only the words are looked at, so what else an argument may look at is never reached.
      expect([language, await duration.parse(typed.split(" "), {} as ArgumentScope)]).toEqual([language, { value: "P8W", used: 2 }]);
    }
  });

  it("sums up a pause with what comes first", () => {
    const text = toPlain(drawResume(digest({ due: Array.from({ length: 7 }, (_, index) => entry({ id: `d${index}` })) }), view()));
    expect(text.match(/^- /gm)).toHaveLength(5);
    expect(text).toContain("And 2 more in these eight weeks.");
  });

  it("sums up a pause with what is not sure as well, and says nothing is ahead only where nothing is", () => {
    const unsure = { plan: [entry({ kind: "planning" })], about: [entry(upr), entry({ id: "b", onlyIf: "the State agrees", conditionMet: false })] };
    const text = toPlain(drawResume(digest(unsure), view()));
    expect(text).not.toContain("Nothing is due");
    expect(text).toMatch(/- HRC: .* \(our planning day\) · Wed 10 Feb 2027\n/);
    expect(text).toMatch(/- HRC: .* \(only if it takes place\) · Wed 10 Feb 2027\n/);
    expect(text).toMatch(/- UPR of Philippines: .* · about March 2027/);
    expect(toPlain(drawResume(digest({}), view()))).toContain("Nothing is due for you in the next eight weeks.");
  });
});

describe("answers", () => {
  it("shows a session with its dates in one table", () => {
    const text = toPlain(drawSession(session, [deadline(), deadline({ ...upr, session: "hrc-64" })], "no", view()));
    expect(text).toMatch(/^Human Rights Council, 64th session\nWed 24 Feb 2027 to Fri 2 Apr 2027, Geneva: opens in 4 weeks\nWhen/);
    expect(text).toMatch(/Wed 10 Feb 2027 +HRC: written statement/);
  });

  it("says about a month, a day and a range of days as each language does", () => {
    const french = (parts: Partial<Session>): string => toPlain(drawSession({ ...session, ...parts }, [], "no", view({ language: "fr" }))).split("\n")[1] ?? "";
    expect(french({ startsOn: "2027-03", endsOn: null })).toContain("vers mars 2027, Genève");
    expect(french({ startsOn: "2027-02", endsOn: "2027-03" })).toContain("vers février 2027 – mars 2027, Genève");
    expect(french({ endsOn: null, confidence: "projected" })).toContain("à prévoir vers le mer. 24 févr. 2027, Genève");
    expect(french({ endsOn: "2027-04-01", confidence: "projected" })).toContain("mer. 24 févr. 2027 – jeu. 1er avr. 2027, Genève");
    const estimates = [deadline({ confidence: "projected", status: "projected" }), deadline({ ...upr, session: "hrc-64" })];
    const table = toPlain(drawSession(session, estimates, "no", view({ language: "fr" })));
    expect(table).toMatch(/vers le mer\. 10 févr\. 2027 .*\nvers mars 2027 /);
  });

  it("names every session and place of the shipped calendar in each language", () => {
    const shipped = shippedSessions({ shipped: readShipped(DATA).shipped, directory }).filter(({ kind }) => kind === "session");
    for (const language of LANGUAGES) {
      const say = speak(language);
      const unnamed = shipped.filter((one) => typeof sessionTitle(one, { say, directory }) !== "string").map(({ id }) => id);
      expect(unnamed).toEqual([]);
      const places = shipped.map((one) => toPlain(drawSession({ ...session, ...one }, [], "no", view({ language }))).split("\n")[1] ?? "");
      if (language === "ar" || language === "ru") expect(places.filter((line) => /\p{Script=Latin}/u.test(line))).toEqual([]);
    }
    const autumn = { ...session, id: "iachr-2026-autumn", mechanism: "iachr", number: "2026-autumn" };
    expect(sessionTitle(autumn, { say: speak("en"), directory })).toBe("Inter-American Commission on Human Rights, autumn session of 2026");
    expect(sessionTitle(autumn, { say: speak("ru"), directory })).toBe("Межамериканская комиссия по правам человека, осенняя сессия 2026 года");
  });

  it("names the city by the body where two bodies share a zone", () => {
    expect(when(details({ mechanism: "iachr", zone: "America/New_York" }), { language: "es" })).toContain(", Washington: ");
    expect(when(details({ mechanism: "csw", zone: "America/New_York" }), { language: "es" })).toContain(", Nueva York: ");
  });

  it("knows the cities of the shipped rooms and bodies in each language", () => {
    const { shipped } = readShipped(DATA);
    const zones = new Set([...shipped.networks.map(({ zone }) => zone), ...directory.bodies.map(({ zone }) => zone)]);
    expect([...zones].filter((zone) => !speak("en").has(`place.${zone}`))).toEqual([]);
  });

  it("says that a session is cancelled as one says it of a session", () => {
    const dates = (language: Language) => toPlain(drawSession({ ...session, endsOn: null, status: "cancelled" }, [], "no", view({ language }))).split("\n")[1];
    expect(dates("fr")).toBe("~mer. 24 févr. 2027~ annulée, Genève");
    expect(dates("en")).toBe("~Wed 24 Feb 2027~ cancelled, Geneva");
    expect(when(details({ status: "cancelled" }), { language: "fr" })).toBe("~mer. 10 févr. 2027~ annulé");
  });

  it("puts the marks of French before a colon", () => {
    const text = toPlain(drawSession(session, [], "no", view({ language: "fr" })));
    expect(text).toContain("mer. 24 févr. 2027 – ven. 2 avr. 2027, Genève\u00a0: commence");
    const copy = toCopy(drawDeadline(state(details()), view({ language: "fr" })));
    expect(copy).toContain("\nPour vous\u00a0: vous n’avez pas");
    expect(copy).not.toMatch(/[^\u00a0\d]: /);
  });

  it("counts the sessions that do not fit", () => {
    const many = Array.from({ length: 33 }, () => session);
    expect(toPlain(drawSessions(["Sessions"], many, "session hrc all", view()))).toContain("And 3 more. For all, say: /session hrc all");
  });

  it("shows every change, who says what, and what waits for a person", () => {
    const claim = (parts: Partial<Claim>): Claim => ({
      id: "c1", subject: "x", value: { field: "date", on: "2027-02-10" }, confidence: "secondary", statedBy: "rule:hrc-written-statement", link: "https://www.ohchr.org/x",
      checkedOn: null, statedAt: 0, state: "stated", sequence: 1, reason: "claim.rule", ...parts,
    });
    const message = drawHistory(
      {
        details: details({ dueOn: "2027-02-12" }),
        claims: [
          claim({}),
          claim({ sequence: 2, statedBy: "network:anpud", confidence: "person", value: { field: "date", on: "2027-02-12" } }),
          claim({ sequence: 3, id: "c3", statedBy: "source:news", state: "proposed", value: { field: "date", on: "2027-02-15" } }),
        ],
        entries: [{ revision: 8, at: Date.parse("2026-12-01T10:00Z"), field: "date", old: { on: "2027-02-10", time: null, zone: GENEVA }, new: { on: "2027-02-12", time: null, zone: GENEVA }, statedBy: "network:anpud", reason: "claim.person" }],
        names: NAMES,
        steers: true,
      },
      view(),
    );
    const text = toPlain(message);
    expect(text).toMatch(/Tue 1 Dec 2026, 17:00 +Wed 10 Feb 2027 +Fri 12 Feb 2027 +ANPUD \(entered by a person\)/);
    expect(text).toMatch(/Who says what\n- ANPUD: Fri 12 Feb 2027 .*\n- counted by rule: Wed 10 Feb 2027/);
    expect(text).toMatch(/Waiting for a person to decide\n- news: Mon 15 Feb 2027/);
    expect(message.actions.map((action) => action.command)).toEqual(["deadline show hrc-64-written-statement", "claim confirm c3", "claim dismiss c3"]);
  });

  it("tells a review as a chain: past, possible now, not known", () => {
    const step = (parts: Partial<ChainStep>): ChainStep => ({
      cycle: 5, session: "55", step: "paper", on: "2027-03", zone: GENEVA, state: "now", status: "projected", confidence: "projected", deadlineId: "upr55-phl",
      sessionId: null, note: "upr.note.paper", ...parts,
    });
    const text = toPlain(drawChain("PHL", [step({}), step({ step: "review", on: null, state: "unknown", note: "upr.note.review.unknown" })], view()));
    expect(text).toMatch(/^UPR of Philippines\nWhat can be done now\n- Paper from civil society due: Anyone may send one/);
    expect(text).toMatch(/Cycle 5, 55th session/);
    expect(text).toMatch(/Review in the Working Group +date not known yet +The date is not known/);
  });
});
