/**
 * The Universal Periodic Review of one State as a chain: paper, pre-session, review, reply, adoption, mid-term, next cycle.
 * Look-ups only.
 */
import type { Directory } from "../directory.ts";
import type { Instant, PlainDate, YearMonth, Zone } from "../message.ts";
import type { Database } from "../ports.ts";
import { addDuration, endOfDay, monthOf, precisionOf, startOfDay } from "../time.ts";
import { type Confidence, type Status, weaker } from "./certainty.ts";
import { type Deadline, deadlineFromRow } from "./deadline-row.ts";
import { earliestDay, findSessions, lastDayOf, latestDay, listSessions, type Session } from "./sessions.ts";

export const CHAIN_STEPS = ["paper", "pre-session", "review", "reply", "adoption", "mid-term", "next-cycle"] as const;
/** Catalogue keys `upr.step.STEP` name them. */
export type ChainStepName = (typeof CHAIN_STEPS)[number];
/** `now`: something can be done about it at this moment. `unknown`: no date, or nobody takes part until further notice. */
export type ChainState = "past" | "now" | "coming" | "unknown";

export type ChainStep = {
  /** Fourth cycle: sessions 41 to 54. */
  cycle: number;
  /** Number of the Working Group's session in which the State is reviewed. */
  session: string;
  step: ChainStepName;
  on: PlainDate | YearMonth | null;
  zone: Zone;
  state: ChainState;
  status: Status;
  confidence: Confidence;
  deadlineId: string | null;
  /** The session at which it happens, when it is in the calendar. */
  sessionId: string | null;
  /** Catalogue key: what it is, and what can be done. */
  note: string;
};

/** Fourteen sessions review every State once: 13 to 26, 27 to 40, 41 to 54. */
const SESSIONS_IN_CYCLE = 14;
/** UPR Info meets one to two months before the review: seven weeks in the last session it was read for. */
const PRE_SESSION = "-P7W";
/** Drafting starts three months before the paper is due (planning value of the rule). */
const DRAFTING = "-P3M";
/** A cycle takes four and a half years; half of it is the time for a mid-term report, which no rule demands. */
const MID_TERM = "P27M";
/** The Council adopts the report one session later than its next one: three to six months after the review. */
const ADOPTION_FROM = "P3M";
const ADOPTION_UNTIL = "P6M";
/** When no session of the Council is known for it. */
const ADOPTION_ABOUT = "P4M";

/** The steps of every cycle the calendar knows for the State, in order. Empty for a State without a review. */
export async function uprChain(db: Database, iso3: string, now: Instant, directory: Pick<Directory, "body">): Promise<ChainStep[]> {
  const rows = await db
    .selectFrom("deadlines")
    .selectAll()
    .where("country", "=", iso3)
    .where("mechanism", "=", "upr")
    .where("rule", "is not", null)
    .execute();
  const deadlines = new Map(rows.map((row) => [row.id, deadlineFromRow(row)]));
  const sessions = await findSessions(db, [...new Set(rows.flatMap((row) => row.session ?? []))]);
  const council = await listSessions(db, { mechanism: "hrc", kind: "session" });
  const zone = directory.body("upr")?.zone ?? "Europe/Zurich";
  // A paper that is off while its session meets: the State was moved to another session.
  const isHere = (session: Session): boolean =>
    session.status === "cancelled" || deadlines.get(`upr${session.number}-${iso3.toLowerCase()}`)?.status !== "cancelled";
  const reviews = [...sessions.values()].filter(isHere).sort((one, other) => Number(one.number) - Number(other.number));
  return reviews.flatMap((review) => {
    const next = reviews.find((later) => Number(later.number) > Number(review.number));
    return chainOf({ review, next, iso3, deadlines, council, zone, now });
  });
}

type Review = {
  review: Session;
  next: Session | undefined;
  iso3: string;
  deadlines: ReadonlyMap<string, Deadline>;
  council: readonly Session[];
  zone: Zone;
  now: Instant;
};

function chainOf(about: Review): ChainStep[] {
  const { review, next, iso3, deadlines } = about;
  const own = (suffix = ""): Deadline | undefined => deadlines.get(`upr${review.number}-${iso3.toLowerCase()}${suffix}`);
  const month = review.startsOn === null || precisionOf(review.startsOn) === "year" ? null : monthOf(review.startsOn);
  const shift = (by: string): YearMonth | null => (month === null ? null : addDuration(month, by));

  const paper = own();
  const drafting = paper?.dueOn === null || paper?.dueOn === undefined ? null : addDuration(paper.dueOn, DRAFTING);
  const preSession = review.startsOn === null || month === null ? null : monthOf(addDuration(review.startsOn, PRE_SESSION));
  const lastDay = lastDayOf(review);
  const adoption = adoptionOf(review, about.council);
  const adopted = adoption?.startsOn ?? shift(ADOPTION_ABOUT);
  const midTerm = shift(MID_TERM);
  const nextPaper = next === undefined ? undefined : deadlines.get(`upr${next.number}-${iso3.toLowerCase()}`);

  return [
    stepOf(about, "paper", { on: paper?.dueOn ?? null, opens: drafting, closes: paper?.dueOn ?? null, deadline: paper, certainty: paper }),
    stepOf(about, "pre-session", {
      on: preSession,
      opens: own("-upr-info-pre-session-apply-to-speak")?.dueOn ?? preSession,
      closes: preSession,
      deadline: own("-upr-info-pre-session-apply-to-speak"),
      certainty: guessed(review),
    }),
    stepOf(about, "review", { on: review.startsOn, opens: review.startsOn, closes: lastDay, session: review, certainty: review }),
    stepOf(about, "reply", { on: adopted, opens: lastDay, closes: adopted, certainty: guessed(review) }),
    stepOf(about, "adoption", {
      on: adopted,
      opens: adopted,
      closes: adoption === undefined ? adopted : lastDayOf(adoption),
      session: adoption,
      deadline: own("-follow-the-adoption-at-hrc"),
      // That this very session adopts it is the usual order, never announced so early.
      certainty: guessed(adoption ?? review),
    }),
    stepOf(about, "mid-term", { on: midTerm, opens: shift("P21M"), closes: midTerm, certainty: guessed(review) }),
    stepOf(about, "next-cycle", {
      on: next?.startsOn ?? null,
      opens: next?.startsOn ?? null,
      closes: next === undefined ? null : lastDayOf(next),
      session: next,
      deadline: nextPaper,
      certainty: next,
    }),
  ];
}

type Certainty = { status: Status; confidence: Confidence };
type Window = {
  on: string | null;
  /** From the first day of `opens` to the last of `closes` it can be acted on. */
  opens: string | null;
  closes: string | null;
  deadline?: Deadline | undefined;
  session?: Session | undefined;
  certainty: Certainty | undefined;
};

/** Our own reckoning from something else: never surer than a projection, and stopped with it. */
function guessed({ status, confidence }: Certainty): Certainty {
  const stopped = status === "cancelled" || status === "suspended";
  return { status: stopped ? status : "projected", confidence: weaker(confidence, "projected") };
}

function stepOf({ review, zone, now }: Review, step: ChainStepName, window: Window): ChainStep {
  const { status, confidence } = window.certainty ?? { status: "projected", confidence: "projected" };
  const stopped = status === "cancelled" || status === "suspended";
  const on = window.on === null || precisionOf(window.on) === "year" ? null : window.on;
  const state = stopped || on === null ? "unknown" : stateOf(window, zone, now);
  return {
    cycle: Math.floor((Number(review.number) + 1) / SESSIONS_IN_CYCLE) + 1,
    session: review.number,
    step,
    on,
    zone,
    state,
    status,
    confidence,
    deadlineId: window.deadline?.id ?? null,
    sessionId: window.session?.id ?? null,
    note: stopped ? `upr.note.${step}.stopped` : state === "unknown" ? `upr.note.${step}.unknown` : `upr.note.${step}`,
  };
}

function stateOf({ opens, closes }: Window, zone: Zone, now: Instant): ChainState {
  if (closes !== null && endOfDay(latestDay(closes), zone) <= now) return "past";
  return opens !== null && startOfDay(earliestDay(opens), zone) <= now ? "now" : "coming";
}

/** The regular session of the Council that should adopt the report: the first that opens in the fourth month after, or a little later. */
function adoptionOf(review: Session, council: readonly Session[]): Session | undefined {
  if (review.startsOn === null || precisionOf(review.startsOn) === "year") return undefined;
  const month = monthOf(review.startsOn);
  const [from, until] = [addDuration(month, ADOPTION_FROM), addDuration(month, ADOPTION_UNTIL)];
  return council.find((session) => {
    if (session.startsOn === null || session.status === "cancelled" || precisionOf(session.startsOn) === "year") return false;
    const opens = monthOf(session.startsOn);
    return opens >= from && opens <= until;
  });
}
