/** Why an item was or was not posted in a room: the rules that decided, in their order, as the same function judged them. */
import type { Directory } from "../directory.ts";
import type { Instant } from "../message.ts";
import type { Database } from "../ports.ts";
import { networkCountries } from "../rooms/networks.ts";
import type { Room } from "../rooms/rooms.ts";
import { judgeItem, loadRules, RULES, type Verdict } from "./filters.ts";
import { findItem, type Item } from "./items.ts";
import { findSource, type Source } from "./sources.ts";
import { findTelling, ITEM_OCCASION, type Telling } from "./tellings.ts";

/**
 * - `posted`: in a post of its own; `gathered`: in one with others; `digest`, `resume`: in that post
 * - `morning`, `for_digest`, `for_resume`: it waits
 * - `quiet`: it stood there at the first reading; `told_as`: another version was told
 * - `left_out`: a rule kept it out; `since`: the rules let it through now, but did not when it was read
 */
export type Conclusion = "posted" | "gathered" | "digest" | "resume" | "morning" | "for_digest" | "for_resume" | "quiet" | "told_as" | "left_out" | "since";
export type Explanation = {
  item: Item;
  source: Source;
  verdicts: Verdict[];
  conclusion: Conclusion;
  /** The version that the room was told instead. */
  other: { item: Item; source: Source } | undefined;
  /** When it was told or left out; null when it was neither. */
  at: Instant | null;
};

export async function explainItem(db: Database, id: string, room: Room, { directory, now }: { directory: Directory; now: Instant }): Promise<Explanation | undefined> {
  const item = await findItem(db, id);
  const source = item === undefined ? undefined : await findSource(db, item.source);
  if (item === undefined || source === undefined) return undefined;
  const rules = (await loadRules(db, room.address))(room.address);
  const bench = { directory, networkCountries: await networkCountries(db) };
  const telling = await findTelling(db, room.address, item.story);
  const judged = judgeItem(item, `${item.title}\n${item.summary}`, source, room, rules, bench);
  const verdicts = asDecided(judged.verdicts, telling);
  const other = telling === undefined || telling.item === id ? undefined : await versionOf(db, telling.item);
  const conclusion = concludes({ item, source, telling, hears: judged.hears, other: other !== undefined, room, now });
  return { item, source, verdicts, conclusion, other, at: telling?.at ?? null };
}

/** Words are looked for in the whole text, of which only the beginning is kept: what they decided then is what counts. */
function asDecided(verdicts: readonly Verdict[], telling: Telling | undefined): Verdict[] {
  if (telling === undefined) return [...verdicts];
  const { reason } = telling;
  if (reason !== null) return [...verdicts.filter(({ rule }) => RULES.indexOf(rule) < RULES.indexOf(reason.rule)), reason];
  return verdicts.map((verdict) => (verdict.says === "no" && verdict.rule === "only" ? { ...verdict, says: "yes", what: "" } : verdict));
}

async function versionOf(db: Database, id: string): Promise<{ item: Item; source: Source } | undefined> {
  const item = await findItem(db, id);
  const source = item === undefined ? undefined : await findSource(db, item.source);
  return item === undefined || source === undefined ? undefined : { item, source };
}

type Facts = { item: Item; source: Source; telling: Telling | undefined; hears: boolean; other: boolean; room: Room; now: Instant };

function concludes({ item, source, telling, hears, other, room, now }: Facts): Conclusion {
  if (telling !== undefined && telling.state !== "left_out" && other) return "told_as";
  if (telling?.state === "told") {
    if (telling.occasion === ITEM_OCCASION) return "posted";
    const [kind] = telling.occasion.split(":");
    return kind === "digest" || kind === "resume" ? kind : "gathered";
  }
  if (telling?.state === "waiting") {
    if (room.rhythm === "digest") return "for_digest";
    return room.pausedUntil !== null && room.pausedUntil > now ? "for_resume" : "morning";
  }
  if (telling?.state === "left_out" || !hears) return "left_out";
  return source.firstReadAt !== null && item.readAt <= source.firstReadAt ? "quiet" : "since";
}
