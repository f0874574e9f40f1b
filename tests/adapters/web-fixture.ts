/** A page with a hand-made inbox and desk over a real store, so that everything the page shows can be seen without the rest of the house. */
import { createWebChat, type WebChat, type WebChatOptions } from "../../adapters/web/chat.ts";
import type { Answer, Form } from "../../src/answer.ts";
import type { Agenda, AgendaEntry, Desk, DeskRoom } from "../../src/desk.ts";
import { foreign, type Language, type Message } from "../../src/message.ts";
import type { Inbound, Log, LogValues, Store } from "../../src/ports.ts";
import { handClock, seededChance } from "../support/clock.ts";
import { openMemoryStore } from "../support/store.ts";

export const ROOMS: readonly DeskRoom[] = [
  { address: "web:anpud", network: "anpud", name: "ANPUD", language: "en", direction: "ltr", zone: "Asia/Bangkok", paused: false, pausedUntil: null },
  { address: "web:enpud", network: "enpud", name: "ENPUD", language: "ru", direction: "ltr", zone: "Europe/Kyiv", paused: true, pausedUntil: Date.parse("2027-03-15T07:00:00Z") },
  { address: "web:menanpud", network: "menanpud", name: "MENANPUD", language: "ar", direction: "rtl", zone: "Africa/Cairo", paused: false, pausedUntil: null },
  { address: "web:coordination", network: "coordination", name: "Coordination", language: "en", direction: "ltr", zone: "Europe/London", paused: false, pausedUntil: null },
];

export const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(2)</script> @channel <!channel> [x](javascript:alert(3)) "quoted" 'single' &amp; \u202Eevil`;

const ACTIONS: Message["actions"] = [
  { label: "We can take this", command: "take hrc-64-written-statement --seen 7", style: "primary" },
  { label: "Remind us later", command: "snooze hrc-64-written-statement" },
  { label: "Hide here", command: "hide hrc-64-written-statement", confirm: "Hide this date in this room? You can bring it back at any time." },
  { label: "History", command: "deadline history hrc-64-written-statement" },
  { label: "Copy as plain text", command: "copy hrc-64-written-statement" },
];

export const WRITTEN_STATEMENT: Message = {
  language: "en",
  tone: "plain",
  title: ["Human Rights Council, 64th session: written statements"],
  blocks: [
    { text: [{ moment: "2027-02-10", zone: "Europe/Zurich" }, ", Geneva: in 2 weeks (last day; the hour is on the session page)"] },
    {
      fields: [
        ["For you", ["you have no ECOSOC status: ask a partner to name you in a footnote"]],
        ["Send", ["1,500 words (special or roster status) or 2,000 (general). Final once sent."]],
        ["Why then", ["usually two weeks before the session opens, on ", { moment: "2027-02-24", zone: "Europe/Zurich" }]],
        ["Says who", [{ link: "https://www.ohchr.org/en/hr-bodies/hrc/practical-information", label: "OHCHR practical information" }, " (secondary) ", { link: "https://www.unodc.org/cnd", label: "unodc.org" }, " · last checked ", { moment: "2026-11-20", zone: "Europe/Zurich" }]],
      ],
    },
  ],
  actions: ACTIONS,
};

export const MESSAGES: readonly Message[] = [
  { ...WRITTEN_STATEMENT, tone: "quiet", title: ["International Remembrance Day"], blocks: [{ text: ["Today the networks remember those who died. Nothing is due today."] }], actions: [] },
  {
    language: "en", tone: "plain", title: ["This week and after"],
    blocks: [
      { table: { head: ["Date", "What", "For you"], rows: [
        [[{ moment: "2027-02-10", zone: "UTC" }], ["HRC64: written statements ", { strong: "NEW" }], ["through a partner"]],
        [[{ moment: "2027-02-12", zone: "UTC" }], ["UPR of Singapore: stakeholder paper"], ["you may do this"]],
        [[{ struck: { moment: "2027-03-01", zone: "UTC" } }, " ", { moment: "2027-03-05", zone: "UTC" }], ["CND side event request ", { strong: "MOVED" }], ["ask a partner to apply with you"]],
      ] } },
      { list: [["Plan for about ", { moment: "2027-06", zone: "UTC" }, ": fifth UPR cycle opens"], ["Look once at the ", { link: "https://www.unodc.org/cnd", label: "CND page" }]] },
    ],
    actions: [],
  },
  {
    language: "en", tone: "urgent", title: ["UPR of Singapore: stakeholder paper"],
    blocks: [
      { text: [{ moment: Date.parse("2027-01-29T17:00:00Z"), zone: "Europe/Zurich" }, ", Geneva (00:00 on Saturday here): in 2 days"] },
      { fields: [["For you", ["you may do this: no UN status is needed"]], ["Says who", ["OHCHR (official)"]]] },
    ],
    actions: ACTIONS.slice(0, 3),
  },
  {
    language: "en", tone: "late", title: ["Commission on Narcotic Drugs: registration"],
    blocks: [{ text: ["This comes late: Clarion was off."] }, { text: [{ struck: { moment: "2027-02-01", zone: "UTC" } }, " ", { moment: "2027-02-05", zone: "Europe/Vienna" }, ", Vienna: moved by four days"] }],
    actions: ACTIONS.slice(1, 2),
  },
  WRITTEN_STATEMENT,
  {
    language: "en", tone: "plain", title: ["Sign-on: ", foreign("Letter on the right to health")],
    blocks: [
      { text: ["Your organisation is asked to sign."] },
      { quote: [foreign("We, networks of people who use drugs, ask the Council to end punishment for drug use and to fund harm reduction.")] },
      { progress: { done: 42, goal: 188, label: "organisations from 6 regions" } },
      { text: ["Read all: ", { code: "call show letter-health" }] },
    ],
    actions: [{ label: "We sign", command: "call support letter-health", style: "primary" }, { label: "Withdraw the call", command: "call withdraw letter-health", style: "danger", confirm: "Take this call back in every room?" }],
  },
];

const ARABIC: Message = {
  language: "ar", tone: "urgent", title: ["مجلس حقوق الإنسان، الدورة 64: البيانات الخطية"],
  blocks: [
    { text: [{ moment: "2027-02-10", zone: "Europe/Zurich" }, "، جنيف: بعد أسبوعين"] },
    { fields: [
      ["لكم", ["ليس لديكم مركز استشاري: اطلبوا من شريك أن يذكركم في حاشية"]],
      ["المصدر", [{ link: "https://www.ohchr.org/ar/hr-bodies/hrc", label: foreign("OHCHR practical information") }, " · ", { moment: "2026-11-20", zone: "UTC" }]],
    ] },
    { progress: { done: 12, goal: 40, label: "منظمة" } },
  ],
  actions: [{ label: "يمكننا تولي هذا", command: "take hrc-64-written-statement --seen 7", style: "primary" }, { label: "ذكّرنا لاحقًا", command: "snooze hrc-64-written-statement" }],
};

function entry(id: string, values: Partial<AgendaEntry>): AgendaEntry {
  return {
    id, kind: "deadline", on: "2027-02-10", time: null, zone: "Europe/Zurich", title: [id], distance: "in 2 weeks", status: "confirmed",
    movedFrom: null, conditional: false, networks: ["anpud"], taken: false, command: `deadline show ${id}`, ...values,
  };
}

const AGENDA: Agenda = {
  weeks: [
    { monday: "2027-01-25", label: "25–31 January", entries: [
      entry("upr55-sgp", { on: "2027-01-29", time: "18:00", title: ["UPR of Singapore: stakeholder paper"], distance: "in 2 days", taken: true, networks: ["anpud", "coordination"] }),
    ] },
    { monday: "2027-02-01", label: "1–7 February", entries: [
      entry("cnd-70-registration", { on: "2027-02-05", movedFrom: "2027-02-01", status: "moved", title: ["CND, 70th session: registration"], distance: "in 9 days", networks: ["anpud", "enpud", "euronpud", "lanpud", "nanpud"] }),
      entry("draft-hrc-64", { on: "2027-02-03", kind: "planning", title: ["HRC64: first draft"], distance: "in 7 days" }),
    ] },
    { monday: "2027-02-08", label: "8–14 February", entries: [
      entry("hrc-64-written-statement", { title: ["Human Rights Council, 64th session: written statements"] }),
      entry("upr55-phl", { on: "2027-02-12", status: "cancelled", title: ["UPR of the Philippines: stakeholder paper"] }),
    ] },
    { monday: "2027-02-22", label: "22–28 February", entries: [
      entry("hrc-64", { on: "2027-02-24", kind: "session", title: ["Human Rights Council, 64th session opens"], distance: "in 4 weeks", command: "session hrc-64" }),
    ] },
  ],
  about: [{ month: "2027-06", label: "about June 2027", entries: [entry("upr5-first", { on: "2027-06", kind: "opening", status: "projected", title: ["Fifth UPR cycle: first papers"], distance: "about June 2027" })] }],
};

export const SUPPORT_FORM: Form = {
  title: "Sign a call", command: "call support letter-health", submit: "Sign", language: "en",
  fields: [
    { name: "organisation", label: "Organisation", hint: "As it writes itself", kind: "text", required: true, value: "" },
    { name: "display", label: "How it is shown", hint: "", kind: "choice", required: false, value: "", options: [{ value: "named", label: "By name" }, { value: "counted", label: "Counted only" }] },
    { name: "until", label: "Until", hint: "2027-03-15", kind: "day", required: false, value: "" },
    { name: "body", label: "Text", hint: "One page at most", kind: "long", required: false, value: "" },
  ],
};

function answered(message: Message, values: Partial<Answer> = {}): Answer {
  return { ok: true, message, to: "asker", repeated: false, queued: false, ...values };
}

function simple(title: string, language: Language = "en"): Message {
  return { language, tone: "plain", title: [title], blocks: [], actions: [] };
}

/** Answers a few lines as the house would, and keeps what it was given. */
export function handMadeInbox(received: Inbound[]): (inbound: Inbound) => Promise<Answer> {
  const keys = new Set<string>();
  return async (inbound) => {
    received.push(inbound);
    const repeated = keys.has(inbound.key);
    keys.add(inbound.key);
    const { line } = inbound;
    if (line.startsWith("deadline show")) return answered(inbound.room === "web:menanpud" ? ARABIC : WRITTEN_STATEMENT);
    if (line === "call support letter-health") return answered(simple("Sign a call"), { form: SUPPORT_FORM });
    if (line.startsWith("call support") && !line.includes("Good")) {
      return answered({ ...simple("Organisation: not understood."), blocks: [{ text: ["Write it as the organisation writes itself."] }] }, { ok: false, code: "argument_unclear" });
    }
    if (line === "broken") throw new Error("a bug");
    if (line === "unknown") return answered({ ...simple("There is no such command."), blocks: [{ text: ["Type help to see all commands."] }] }, { ok: false, code: "unknown_command" });
    if (line === "announce") return answered(simple("Posted for all"), { to: "room" });
    if (line === "hostile") return answered({ ...simple("Hostile"), blocks: [{ text: [foreign(HOSTILE)] }] });
    return answered({ ...simple(`Done: ${line.split(" ")[0] ?? ""}`), tone: "done", blocks: [{ text: ["The room can go on."] }], actions: ACTIONS.slice(3) }, { repeated });
  };
}

export function handMadeDesk(): Desk & { agendaFails: boolean } {
  return {
    agendaFails: false,
    rooms: async () => [...ROOMS],
    async agenda(room) {
      if (this.agendaFails) throw new Error("a bug");
      return room === "web:coordination" ? { weeks: [], about: [] } : AGENDA;
    },
    complete: async (line) =>
      [
        { value: "/deadlines ", label: "What is due" },
        { value: "/deadline show ", label: "One date, whole" },
        { value: "/upr ", label: "A country's review" },
      ].filter((completion) => completion.value.startsWith(`/${line.replace(/^\//, "")}`)),
  };
}

export type Logged = { level: string; event: string; values: LogValues };

export type WebFixture = {
  chat: WebChat;
  store: Store;
  clock: ReturnType<typeof handClock>;
  desk: ReturnType<typeof handMadeDesk>;
  received: Inbound[];
  logged: Logged[];
  /** Posts the messages every card, tone and block has one of. */
  fill(): Promise<void>;
  close(): Promise<void>;
};

/** Starts a page on a free port. */
export async function openWebFixture(extra: Partial<WebChatOptions> = {}): Promise<WebFixture> {
  const store = extra.store ?? (await openMemoryStore());
  const clock = handClock("2027-01-27T02:00:00Z");
  const desk = handMadeDesk();
  const received: Inbound[] = [];
  const logged: Logged[] = [];
  const write = (level: string) => (event: string, values: LogValues = {}) => void logged.push({ level, event, values });
  const log: Log = { info: write("info"), warn: write("warn"), error: write("error") };
  const chat = createWebChat({ desk, clock, log, store, chance: seededChance(), port: 0, language: "en", actorId: "page", ...extra });
  await chat.start(handMadeInbox(received));
  return {
    chat, store, clock, desk, received, logged,
    async fill() {
      let count = 0;
      for (const message of MESSAGES) {
        clock.advance(3_600_000);
        await chat.send("web:anpud", message, `anpud-${(count += 1)}`);
      }
      await chat.send("web:menanpud", ARABIC, "menanpud-1");
      await chat.send("web:menanpud", WRITTEN_STATEMENT, "menanpud-2");
    },
    async close() {
      await chat.stop();
      if (extra.store === undefined) await store.close();
    },
  };
}
