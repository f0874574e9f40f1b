import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Answer } from "../../src/answer.ts";
import { COPY_LIMIT, toPlain } from "../../src/plain.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { openTestApp, type TestApp } from "../support/app.ts";

const PAPER = "hrc-64-written-statement";
let app: TestApp;
const open = async (): Promise<void> => {
  app = await openTestApp({ now: "2026-11-20T12:00:00Z" });
};
const close = (): Promise<void> => app.close();
/** Look-ups share one app; whatever changes something gets its own. */
function sharedApp(): void {
  beforeAll(open);
  afterAll(close);
}
function ownApp(): void {
  beforeEach(open);
  afterEach(close);
}

const say = (line: string, room: RoomAddress = "web:anpud"): Promise<Answer> => app.say(room, line);
/** Adding a date reaches every room that follows its body. */
const add = (line: string): Promise<Answer> => app.say("web:anpud", line, { roles: ["coordinator"] });
const steer = (line: string, room: RoomAddress = "web:anpud"): Promise<Answer> => app.say(room, line, { roles: ["coordinator"] });
const text = (answer: Answer): string => toPlain(answer.message);
/** Rehearses and sends. */
async function broadcast(line: string): Promise<Answer> {
  const rehearsed = await steer(line);
  expect(rehearsed.message.actions[0]?.command).toMatch(/--seen \d+$/);
  return steer(rehearsed.message.actions[0]?.command ?? "");
}
/** Lets a day pass in Bangkok, then in Toronto, with everything that is due in their waking hours. */
async function passDay(day: string): Promise<void> {
  for (const time of ["03:00", "15:00"]) {
    app.clock.set(`${day}T${time}:00Z`);
    await app.settle();
  }
}
const titles = (room: RoomAddress): string[] => app.standing(room).map((message) => toPlain(message).split("\n")[0] ?? "");

describe("deadlines", () => {
  sharedApp();
  it("lists what this room follows, by day", async () => {
    const answer = await say("/deadlines 90d");
    expect(text(answer)).toMatch(/^Dates for this room, 90 days ahead\nWhen +What +For you\n/);
    expect(text(answer)).toMatch(/Wed 10 Feb 2027 +HRC: /);
    expect(text(answer)).not.toMatch(/Brazil/);
  });

  it("narrows to a body, a State, a network or a topic", async () => {
    expect(text(await say("/deadlines cnd 90d"))).toMatch(/^Dates: Commission on Narcotic Drugs, 90 days ahead\n/);
    expect(text(await say("/deadlines Philippines 365d"))).toMatch(/UPR of Philippines: /);
    expect(text(await say("/deadlines cnd 90d"))).not.toMatch(/HRC: /);
    expect(text(await say("/deadlines lanpud 365d"))).not.toMatch(/Philippines/);
    expect(text(await say("/deadlines women 90d"))).toMatch(/CEDAW: /);
  });

  it("refuses a range that no calendar covers", async () => {
    expect((await say("/deadlines 9y")).code).toBe("bad_range");
  });
});

describe("sessions", () => {
  sharedApp();
  it("shows the session that comes next, by a short name too", async () => {
    expect(text(await say("/hrc"))).toMatch(/^Human Rights Council, 64th session\nWed 24 Feb 2027 to Fri 2 Apr 2027, Geneva: opens in 3 months\n/);
    expect(text(await say("/session hrc next"))).toBe(text(await say("/hrc")));
    expect(text(await say("/cnd now"))).toMatch(/^Commission on Narcotic Drugs/);
  });

  it("says that a session is under way and when it ends", async () => {
    app.clock.set("2027-03-01T12:00:00Z");
    expect(text(await say("/session hrc now"))).toContain("Geneva: under way, ends in 4 weeks");
    expect(text(await say("/session hrc next"))).toMatch(/^Human Rights Council, 65th session/);
    app.clock.set("2026-11-20T12:00:00Z");
  });

  it("lists all that are known of a body", async () => {
    expect(text(await say("/session cnd all"))).toMatch(/Mon 13 Mar 2023[\s\S]*about March 2028/);
  });

  it("tells one State's review as a chain", async () => {
    expect(text(await say("/upr Philippines"))).toMatch(/^UPR of Philippines\nWhat can be done now[\s\S]*Cycle 4, 41st session[\s\S]*Cycle 5, 55th session/);
    expect(text(await say("/upr Myanmar"))).toContain("Papers are not taken until further notice.");
  });
});

describe("taking", () => {
  ownApp();
  it("is shown in the network's own post and in coordination, and nowhere else", async () => {
    await passDay("2027-01-27");
    expect(text(await say(`/take ${PAPER}`))).toMatch(/^Thank you\. Your network takes Human Rights Council, 64th session: /);
    await app.settle();
    const post = (room: RoomAddress) => app.standing(room).map((message) => toPlain(message)).findLast((shown) => shown.includes("64th session: written statement")) ?? "";
    expect(post("web:anpud")).toMatch(/Taken +by you/);
    expect(post("web:coordination")).toMatch(/Taken +by ANPUD/);
    expect(post("web:nanpud")).not.toMatch(/Taken|ANPUD, /);
  });

  it("can be handed back without a reason", async () => {
    await say(`/take ${PAPER}`);
    expect(text(await say(`/release ${PAPER}`))).toContain("Nobody asks why.");
    expect(text(await say(`/release ${PAPER}`))).toMatch(/^Your network had not taken this/);
    expect(text(await say(`/deadline show ${PAPER}`))).not.toMatch(/Taken/);
  });

  it("answers with the new state when what was seen is stale, and takes nothing", async () => {
    const shown = await say(`/deadline show ${PAPER}`);
    await broadcast(`/deadline move ${PAPER} 2027-02-12`);
    const stale = await say(shown.message.actions[0]?.command ?? "");
    expect(text(stale)).toContain("~Wed 10 Feb 2027~ Fri 12 Feb 2027");
    expect(text(stale)).not.toMatch(/Taken/);
    expect(await app.store.reading.selectFrom("takings").selectAll().execute()).toEqual([]);
  });
});

describe("not now", () => {
  ownApp();
  it("reminds again when the room asks, and holds back what was planned until then", async () => {
    await say(`/snooze ${PAPER} 2027-02-01`);
    await passDay("2027-01-27");
    expect(titles("web:anpud").filter((title) => title.startsWith("Human Rights Council, 64th session"))).toEqual([]);
    await passDay("2027-02-01");
    expect(titles("web:anpud").filter((title) => title.startsWith("Human Rights Council, 64th session"))).toHaveLength(1);
  });

  it("brings forward what would come too late, says when it comes, and refuses once it is over", async () => {
    const put = text(await say(`/snooze ${PAPER} 2027-06-01`));
    expect(put).toMatch(/^This room will hear of it again on Wed 10 Feb 2027, 20:00 · .*\nYou asked for Tue 1 Jun 2027\. By then it would be over, so the reminder comes earlier\.$/);
    expect(text(await say(`/snooze ${PAPER} 2027-02-01`))).toMatch(/^This room will hear of it again on Mon 1 Feb 2027, 08:00 · [^\n]*$/);
    await passDay("2027-02-11");
    expect((await say(`/snooze ${PAPER}`)).code).toBe("past_date");
  });

  it("hides in one room only, leaves no target in the audit, and can be taken back", async () => {
    const hidden = await say(`/hide ${PAPER}`);
    expect(text(hidden)).toContain("Only this room knows");
    await passDay("2027-01-27");
    const about = (room: RoomAddress) => titles(room).filter((title) => title.includes("64th session"));
    expect(about("web:anpud")).toEqual([]);
    expect(about("web:nanpud")).toHaveLength(1);
    const audit = await app.store.reading.selectFrom("audit").select("targets").where("command", "=", "hide").execute();
    expect(audit.map((row) => row.targets)).toEqual([""]);
    expect(text(await say(hidden.message.actions[0]?.command ?? ""))).toBe("Shown again in this room.");
    await passDay("2027-02-08");
    expect(about("web:anpud")).toHaveLength(1);
  });
});

describe("what a person says of a date", () => {
  ownApp();
  it("needs a coordinator, rehearses, and then corrects every room that was told the old date", async () => {
    await passDay("2027-01-27");
    expect((await say(`/deadline move ${PAPER} 2027-02-12`)).code).toBe("not_allowed");
    const rehearsed = await steer(`/deadline move ${PAPER} 2027-02-12 --time 18:00`);
    expect(text(rehearsed)).toMatch(/rooms? (was|were) told the old date and will be corrected\. Languages: /);
    expect(text(rehearsed)).toContain("moved from ~Wed 10 Feb 2027~ to Fri 12 Feb 2027, 18:00, Geneva (Sat 13 Feb 2027, 00:00 here)");
    await app.settle();
    expect(titles("web:nanpud").filter((title) => title.startsWith("Moved:"))).toEqual([]);
    await steer(rehearsed.message.actions[0]?.command ?? "");
    // Each room hears of it when it is awake.
    await passDay("2027-01-28");
    expect(titles("web:nanpud").filter((title) => title.startsWith("Moved:"))).toHaveLength(1);
    expect(titles("web:anpud").filter((title) => title.startsWith("Moved:"))).toHaveLength(1);
  });

  it("is taken back by undo, and the rooms hear of it", async () => {
    await passDay("2027-01-27");
    app.clock.set("2027-01-27T04:00:00Z");
    await broadcast(`/deadline move ${PAPER} 2027-02-12`);
    await app.settle();
    const undone = await broadcast("/undo");
    expect(text(undone)).toContain("Wed 10 Feb 2027, Geneva: in 2 weeks");
    await app.settle();
    expect(app.standing("web:anpud").map((message) => toPlain(message)).join("\n")).toContain("moved from ~Fri 12 Feb 2027~ to Wed 10 Feb 2027");
  });

  it("keeps who said what in the history", async () => {
    await broadcast(`/deadline move ${PAPER} 2027-02-12`);
    const shown = text(await say(`/deadline history ${PAPER}`));
    expect(shown).toMatch(/Wed 10 Feb 2027 +Fri 12 Feb 2027 +ANPUD \(entered by a person\)/);
    expect(shown).toMatch(/- ANPUD: Fri 12 Feb 2027 \(entered by hand\)[\s\S]*- counted by rule: Wed 10 Feb 2027/);
  });

  it("refuses a day that is over", async () => {
    expect((await steer(`/deadline move ${PAPER} 2026-11-01`)).code).toBe("past_date");
    expect((await add('/deadline add cnd --title "joint statement" --on 2026-11-01')).code).toBe("past_date");
  });

  it("cancels and suspends, and a confirmation takes it up again", async () => {
    expect(text(await broadcast(`/deadline cancel ${PAPER}`))).toContain("~Wed 10 Feb 2027~ cancelled");
    expect((await steer(`/deadline cancel ${PAPER}`)).code).toBe("already_done");
    expect(text(await broadcast(`/deadline cancel ${PAPER} --as suspended`))).toContain("~Wed 10 Feb 2027~ suspended until further notice");
    expect(text(await broadcast(`/deadline confirm ${PAPER}`))).toContain("Wed 10 Feb 2027, Geneva: in 2 months");
  });

  it("enters one day for all States that share a date, and takes it back for all of them", async () => {
    const rehearsed = await steer("/deadline move upr55-phl 2027-03-31 --states all");
    expect(text(rehearsed)).toMatch(/This is for 14 States: Philippines, /);
    await steer(rehearsed.message.actions[0]?.command ?? "");
    expect(text(await say("/deadline show upr55-bra"))).toContain("Wed 31 Mar 2027, Geneva: in 4 months");
    await broadcast("/undo");
    expect(text(await say("/deadline show upr55-bra"))).toContain("about March 2027");
    expect(text(await say("/deadline show upr55-phl"))).toContain("about March 2027");
  });

  it("turns a projected day into one that is counted down to", async () => {
    const id = "cnd-70-oral-statement-in-plenary";
    expect(text(await say(`/deadline show ${id}`))).toContain("plan for about Mon 22 Feb 2027");
    expect(text(await broadcast(`/deadline confirm ${id}`))).toContain("Mon 22 Feb 2027, Vienna: in 3 months");
  });

  it("asks for the day where only a month is known", async () => {
    expect((await steer("/deadline confirm upr55-phl")).code).toBe("argument_missing");
    expect((await steer("/deadline move upr55-phl")).form?.fields.map((field) => field.name)).toContain("on");
  });
});

describe("States that move at once", () => {
  ownApp();
  const PAPERS = "upr-wg-55/upr-stakeholder-submission";
  const EVERYBODY = "/deadline move upr55-idn 2027-04-07 --states all";
  type Corrected = { room: string; subject: string; states: string[] };

  /** Two weeks of digests, the second of which says "about March" of the papers of the 55th review. */
  async function tell(): Promise<Map<string, string[]>> {
    await passDay("2027-02-01");
    await passDay("2027-02-08");
    const rows = await app.store.reading
      .selectFrom("tellings")
      .innerJoin("deadlines", "deadlines.id", "tellings.deadline")
      .select(["tellings.room", "deadlines.country"])
      .where("deadlines.family", "=", PAPERS)
      .execute();
    return new Map([...Map.groupBy(rows, (row) => row.room)].map(([room, own]) => [room, own.map((row) => row.country ?? "").sort()]));
  }

  /** Every correction since, by room and in its order, with the States that its words name. */
  async function corrected(): Promise<Corrected[]> {
    const { directory } = app.app.parts;
    const states = (await app.store.reading.selectFrom("deadlines").select("country").where("family", "=", PAPERS).execute()).map((row) => row.country ?? "");
    const rows = await app.store.reading.selectFrom("posts").select(["room", "subject", "reference"]).where("card", "=", "moved").orderBy("room").orderBy("sequence").execute();
    return rows.map(({ room, subject, reference }) => {
      const post = app.chat.posts.find((candidate) => candidate.ref === reference);
      if (post === undefined) throw new Error(`${subject} is not in ${room}`);
      // As it was sent, whatever became of it since.
      const words = toPlain(post.message);
      return { room, subject, states: states.filter((iso) => words.includes(directory.countryName(iso, post.message.language))).sort() };
    });
  }

  it("make one correction in each room that was told, of the States it was told of: 14 where it was all", async () => {
    const told = await tell();
    expect(told.get("web:coordination")).toHaveLength(14);
    expect(told.get("web:anpud")).toEqual(["IDN", "IND", "PHL"]);
    expect(told.size).toBeGreaterThan(4);
    await broadcast(EVERYBODY);
    await passDay("2027-02-09");
    const expected = [...told].sort().map(([room, states]) => ({ room, states }));
    expect((await corrected()).map(({ room, states }) => ({ room, states }))).toEqual(expected);
    const wrong = (await app.store.reading.selectFrom("tellings").innerJoin("deadlines", "deadlines.id", "tellings.deadline").select("told").where("family", "=", PAPERS).execute())
      .filter((row) => JSON.parse(row.told).on !== "2027-04-07");
    expect(wrong).toEqual([]);
    expect(titles("web:anpud").filter((title) => title.startsWith("Moved:"))).toEqual(["Moved: Working Group on the Universal Periodic Review, 55th session: stakeholder submission"]);
  });

  it("make one correction again when it is taken back", async () => {
    const told = await tell();
    await broadcast(EVERYBODY);
    await passDay("2027-02-09");
    await broadcast("/undo");
    await passDay("2027-02-10");
    const expected = [...told].sort().flatMap(([room, states]) => [{ room, states }, { room, states }]);
    expect((await corrected()).map(({ room, states }) => ({ room, states }))).toEqual(expected);
    expect(app.standing("web:anpud").map((message) => toPlain(message)).join("\n")).toMatch(/moved from ~Wed 7 Apr 2027~ to about March 2027/);
  });

  it("leave alone a State that moves to another day, which gets its own", async () => {
    const told = await tell();
    // Night in Bangkok: nothing has been said there when Indonesia goes its own way.
    app.clock.set("2027-02-08T18:00:00Z");
    await broadcast(EVERYBODY);
    await broadcast("/deadline move upr55-idn 2027-04-14");
    await passDay("2027-02-09");
    const own = (await corrected()).filter(({ room }) => room === "web:anpud");
    expect(own).toEqual([
      { room: "web:anpud", subject: "upr55-idn", states: ["IDN"] },
      { room: "web:anpud", subject: PAPERS, states: ["IND", "PHL"] },
    ]);
    expect(told.get("web:anpud")).toEqual(["IDN", "IND", "PHL"]);
    const shown = app.standing("web:anpud").map((message) => toPlain(message)).filter((words) => words.startsWith("Moved:"));
    expect(shown[0]).toMatch(/Indonesia[\s\S]*to Wed 14 Apr 2027/);
    expect(shown[1]).toMatch(/to Wed 7 Apr 2027[\s\S]*- India\n- Philippines\n/);
  });
});

describe("dates of one's own", () => {
  ownApp();

  it("are listed thirty lines at a time, with the line that shows the rest", async () => {
    for (let count = 1; count <= 31; count += 1) await add(`/deadline add csw --title "step ${count}" --on 2026-12-01`);
    const listed = await say("/deadlines csw");
    expect(text(listed)).toContain("And 1 more. For all, say: /deadlines mechanism:csw 60 days");
    expect(text(listed).match(/^Tue 1 Dec 2026 /gm)).toHaveLength(30);
    expect(text(await say("/deadlines mechanism:csw 60 days")).match(/^Tue 1 Dec 2026 /gm)).toHaveLength(31);
  });
  it("adds a date that no rule gives", async () => {
    const added = await add('/deadline add cnd --title "joint statement to the plenary" --on "1 March 2027" --time 12:00 --country Thailand --link https://example.org/call');
    expect(text(added)).toMatch(/^CND of Thailand: joint statement to the plenary\nMon 1 Mar 2027, 12:00, Vienna \(18:00 here\): in 3 months\n/);
    expect((await say("/deadline show cnd-joint-statement-to-the-plenary", "web:enpud")).ok).toBe(true);
    expect((await say('/deadline add cnd --title "joint statement" --on 2027-03-01')).code).toBe("not_allowed");
  });

  it("calls a planning day ours and never a deadline, and a route open at any time", async () => {
    expect(text(await say("/deadline show hrc-64-side-event-request"))).toContain("about Wed 30 Dec 2026 (our planning day, not a deadline)");
    expect(text(await say("/deadline show special-procedures-urgent-appeal-or-allegation-letter"))).toContain("\nopen at any time\n");
  });

  it("adds a date known to the month only, and does not count it down", async () => {
    const added = await add('/deadline add cnd --title "call for papers" --on "March 2027"');
    expect(text(added)).toContain("about March 2027");
    expect(text(added)).not.toMatch(/in \d+ (days|weeks|months)/);
  });

  it("puts a network's own date before an official one, follows it, and shows it to nobody else", async () => {
    const added = await say(`/deadline internal ${PAPER} 2w --title "our draft"`);
    expect(text(added)).toMatch(/^Our own date: our draft\nWed 27 Jan 2027: in 2 months \(our own date\)\n/);
    const id = `${PAPER}-anpud`;
    await broadcast(`/deadline move ${PAPER} 2027-02-12`);
    expect(text(await say(`/deadline show ${id}`))).toContain("Fri 29 Jan 2027");
    expect((await say(`/deadline show ${id}`, "web:enpud")).ok).toBe(false);
    expect((await say(`/deadline show ${id}`, "web:coordination")).ok).toBe(true);
    expect(text(await say("/session hrc", "web:enpud"))).not.toContain("our draft");
  });

  it("keeps no free text that was not meant for everyone", async () => {
    await say(`/take ${PAPER} because our friend was arrested`);
    const audit = await app.store.reading.selectFrom("audit").selectAll().execute();
    expect(JSON.stringify([audit, app.log.entries])).not.toContain("arrested");
  });
});

describe("looking ahead and around", () => {
  sharedApp();
  it("shows what this room will be told", async () => {
    const shown = text(await say("/preview 90d"));
    expect(shown).toMatch(/Mon 23 Nov 2026, 09:00 +weekly digest/);
    expect(shown).toMatch(/Wed 27 Jan 2027, 09:00 +reminder +HRC: /);
    expect((await say("/preview 900d")).code).toBe("bad_range");
  });

  it("copies any card as text under nine hundred characters", async () => {
    for (const id of [PAPER, "hrc-64", "upr55-phl", "day-world-aids-day-2026"]) {
      const copied = await say(`/copy ${id}`);
      expect(copied.ok).toBe(true);
      expect(copied.message.actions).toEqual([]);
      expect(text(copied).length).toBeLessThan(COPY_LIMIT);
    }
  });

  it("says what is followed, when it was read and what waits", async () => {
    expect(text(await say("/status"))).toMatch(/This room follows +HRC, [\s\S]*Calendar +\d+ dates ahead, last checked [\s\S]*Next post +Mon 23 Nov 2026, 09:00\nWaiting to be sent +0/);
  });

  it("names each body that it follows once, and networks by their names", async () => {
    const follows = text(await say("/follow", "web:euronpud"));
    expect(follows).toContain("This room follows: HRC, UPR, CND, ");
    expect(follows).not.toContain("UPR Working Group");
    expect(follows).toContain("countries: EuroNPUD");
    expect(text(await say("/status", "web:euronpud"))).toMatch(/This room follows +HRC, UPR, CND, .*countries: EuroNPUD/);
    expect(text(await say("/room", "web:menanpud"))).toMatch(/، .*MENANPUD/);
  });

  it("answers in the language of the room", async () => {
    expect(text(await say(`/deadline show ${PAPER}`, "web:lanpud"))).toMatch(/^Consejo de Derechos Humanos/);
    expect(text(await say(`/deadline show ${PAPER}`, "web:menanpud"))).toMatch(/^مجلس حقوق الإنسان/);
  });
});
