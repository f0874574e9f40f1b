/** Deadlines: what is due, where it comes from, how sure it is. Owns `deadlines` (rows: `deadline-row.ts`) and `takings`. */
import { UserError } from "../errors.ts";
import type { Instant, PlainDate } from "../message.ts";
import type { Database, Writing } from "../ports.ts";
import { DAY, wallOf } from "../time.ts";
import type { DueValue } from "./certainty.ts";
import { type Change, type ClaimDeps, stateClaim } from "./claims.ts";
import { type Deadline, type DeadlineFacts, type DeadlineKind, deadlineFromRow, findDeadline, insertDeadlines } from "./deadline-row.ts";

export { CONFIDENCES, type Confidence, type DueValue, PRECISIONS, type Precision, type Status, STATUSES } from "./certainty.ts";
export { historyOf, type HistoryEntry } from "./claims.ts";
export { DEADLINE_KINDS, type Deadline, deadlineFromRow, type DeadlineKind, findDeadline } from "./deadline-row.ts";

export type DeadlineFilter = {
  /** Not yet over at this instant. */
  from: Instant;
  /** Over by this instant; a month counts as soon as it has begun by then. */
  until: Instant;
  mechanisms?: readonly string[];
  /** Only those about one of these States. */
  countries?: readonly string[];
  /** With `countries`: also those that are about no State. */
  orNoCountry?: boolean;
  topics?: readonly string[];
  kinds?: readonly DeadlineKind[];
  families?: readonly string[];
  /** Also the internal deadlines of this network; those of other networks are never listed. */
  network?: string;
  /** Also those without a date, where their session, if they have one, meets in that time. */
  undated?: boolean;
};

const LONGEST_MONTH = 31 * DAY;

/** By end, undated ones last, then id. An empty list in the filter means "any". */
export async function listDeadlines(db: Database, filter: DeadlineFilter): Promise<Deadline[]> {
  const { from, until, mechanisms = [], countries = [], topics = [], kinds = [], families = [], network } = filter;
  let query = db.selectFrom("deadlines").selectAll();
  query = query.where((eb) => {
    const dated = eb.and([
      eb("over_at", ">", from),
      eb.or([eb("over_at", "<=", until), eb.and([eb("precision", "=", "month"), eb("over_at", "<=", until + LONGEST_MONTH)])]),
    ]);
    if (filter.undated !== true) return dated;
    // Days and months compare as text: a month stands before its days.
    const [firstMonth, lastDay] = [wallOf(from, "Etc/UTC").on.slice(0, 7), wallOf(until, "Etc/UTC").on];
    const meeting = eb
      .selectFrom("sessions")
      .select("sessions.id")
      .where((of) => of(of.fn.coalesce("ends_on", "starts_on"), ">=", firstMonth))
      .where("starts_on", "<=", lastDay);
    return eb.or([dated, eb.and([eb("over_at", "is", null), eb.or([eb("session", "is", null), eb("session", "in", meeting)])])]);
  });
  query = query.where((eb) => (network === undefined ? eb("network", "is", null) : eb.or([eb("network", "is", null), eb("network", "=", network)])));
  if (mechanisms.length > 0) query = query.where("mechanism", "in", mechanisms);
  if (kinds.length > 0) query = query.where("kind", "in", kinds);
  if (families.length > 0) query = query.where("family", "in", families);
  if (countries.length > 0) {
    query = query.where((eb) => {
      const about = eb("country", "in", countries);
      return filter.orNoCountry === true ? eb.or([about, eb("country", "is", null)]) : about;
    });
  }
  const rows = await query.orderBy((eb) => eb.fn.coalesce("over_at", eb.val(Number.MAX_SAFE_INTEGER))).orderBy("id").execute();
  const found = rows.map(deadlineFromRow);
  return topics.length === 0 ? found : found.filter((deadline) => deadline.topics.some((topic) => topics.includes(topic)));
}

/** The deadlines told in one post, by id. */
export async function familyDeadlines(db: Database, family: string): Promise<Deadline[]> {
  const rows = await db.selectFrom("deadlines").selectAll().where("family", "=", family).orderBy("id").execute();
  return rows.map(deadlineFromRow);
}

/* ---- added by people ---- */

export type NewDeadline = {
  mechanism: string;
  /** English, meant for everyone. */
  title: string;
  value: DueValue;
  /** The network that adds it: its word is the first claim. */
  network: string;
  kind?: "deadline" | "opening";
  country?: string;
  topics?: readonly string[];
  link?: string;
  /** The day on which somebody read it at the source. */
  checkedOn?: PlainDate;
};

/** Adds a deadline that no rule gives. Its id is made of mechanism and title, and stays. */
export async function addDeadline(trx: Writing, added: NewDeadline, deps: ClaimDeps): Promise<{ id: string; changes: Change[] }> {
  const { mechanism, title, value, network, link = "", checkedOn = null } = added;
  const id = await insertUnder(trx, `${mechanism}-${slugOf(title) || deps.chance.id()}`, (free) => ({
    id: free,
    kind: added.kind ?? "deadline",
    mechanism,
    rule: null,
    session: null,
    country: added.country ?? null,
    network: null,
    base: null,
    leadFromBase: null,
    title,
    family: free,
    whoMay: "anyone",
    topics: [...(added.topics ?? [])],
    onlyIf: null,
    zone: value.zone,
    link,
  }));
  const { on, time, zone } = value;
  const changes = await stateClaim(
    trx,
    {
      subject: id,
      value: { field: "date", on, zone, ...(time === null ? {} : { time }) },
      confidence: "person",
      statedBy: `network:${network}`,
      link,
      checkedOn,
      reason: "claim.added",
    },
    deps,
  );
  return { id, changes };
}

export type NewInternal = {
  network: string;
  /** Id of the deadline it comes before. */
  base: string;
  /** Signed ISO duration: `-P14D`. */
  lead: string;
  title: string;
};

/** Adds a network's own deadline before an official one, which follows it when it moves. Throws `unknown_subject`. */
export async function addInternal(trx: Writing, added: NewInternal, deps: ClaimDeps): Promise<{ id: string; changes: Change[] }> {
  const base = await findDeadline(trx, added.base);
  if (base === undefined) throw new UserError("unknown_subject");
  const id = await insertUnder(trx, `${base.id}-${added.network}`, (free) => ({
    id: free,
    kind: "internal",
    mechanism: base.mechanism,
    rule: null,
    session: base.session,
    country: base.country,
    network: added.network,
    base: base.id,
    leadFromBase: added.lead,
    title: added.title,
    family: free,
    whoMay: "anyone",
    topics: base.topics,
    onlyIf: null,
    zone: base.zone,
    link: base.link,
  }));
  const changes = await stateClaim(
    trx,
    {
      subject: id,
      value: { field: "date", on: null, zone: base.zone, from: { base: base.id, lead: added.lead, atMost: "person" } },
      confidence: "person",
      statedBy: `network:${added.network}`,
      reason: "claim.internal",
    },
    deps,
  );
  return { id, changes };
}

/** How many things of one name anybody could want; beyond it something is wrong. */
const NAMESAKES = 200;

/** Inserts under the wished id, or the first free `wished-2`, `wished-3` … */
async function insertUnder(
  trx: Writing,
  wished: string,
  row: (id: string) => DeadlineFacts & { zone: string; link: string },
): Promise<string> {
  for (let count = 1; count <= NAMESAKES; count += 1) {
    const id = count === 1 ? wished : `${wished}-${count}`;
    if ((await insertDeadlines(trx, [row(id)])).size === 1) return id;
  }
  throw new RangeError(`no free id under ${wished}`);
}

/** Letters and digits of the title, without accents; empty for a title in another script. */
export function slugOf(title: string): string {
  return title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
    .replace(/^-+|-+$/g, "");
}

/** A person says that what a deadline depends on has come true, or has not. Throws `unknown_subject`. */
export async function stateCondition(
  trx: Writing,
  id: string,
  met: boolean,
  by: { statedBy: string; link?: string; checkedOn?: PlainDate },
  deps: ClaimDeps,
): Promise<Change[]> {
  if ((await findDeadline(trx, id)) === undefined) throw new UserError("unknown_subject");
  return stateClaim(trx, { ...by, subject: id, value: { field: "condition", met }, confidence: "person", reason: "claim.condition" }, deps);
}

/* ---- who takes it ---- */

/** A network says "we can take this". Returns whether it had not before. */
export async function takeDeadline(trx: Writing, id: string, network: string, now: Instant): Promise<boolean> {
  const taken = await trx
    .insertInto("takings")
    .values({ deadline: id, network, taken_at: now })
    .onConflict((conflict) => conflict.columns(["deadline", "network"]).doNothing())
    .returning("network")
    .executeTakeFirst();
  return taken !== undefined;
}

/** Hands it back, without a reason. Returns whether it had been taken. */
export async function releaseDeadline(trx: Writing, id: string, network: string): Promise<boolean> {
  const released = await trx
    .deleteFrom("takings")
    .where("deadline", "=", id)
    .where("network", "=", network)
    .returning("network")
    .executeTakeFirst();
  return released !== undefined;
}

/** Networks that took it, the first first. Shown in their own rooms and in coordination only. */
export async function takersOf(db: Database, id: string): Promise<string[]> {
  const rows = await db.selectFrom("takings").select("network").where("deadline", "=", id).orderBy("taken_at").orderBy("network").execute();
  return rows.map((row) => row.network);
}

/** By deadline, each by name; one that nobody took is left out. */
export async function listTakers(db: Database, ids: readonly string[]): Promise<Map<string, string[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom("takings").select(["deadline", "network"]).where("deadline", "in", ids).orderBy("network").execute();
  return new Map([...Map.groupBy(rows, (row) => row.deadline)].map(([id, takings]) => [id, takings.map((row) => row.network)]));
}
