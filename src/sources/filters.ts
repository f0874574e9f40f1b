/**
 * Which items a room hears of. One function judges, for posting and for explaining alike: rule by rule, in an order that people can follow. What a room
 * never wants, what it hides and the words it asked for are its own affair; other rooms know nothing of it. Owns `source_words`.
 */
import { z } from "zod";
import type { Directory } from "../directory.ts";
import { mechanismName, NEWS, type NetworkCountries, passesMechanism } from "../planning/follow.ts";
import type { Database, RoomAddress, Writing } from "../ports.ts";
import { type Follow, NOTHING_FOLLOWED, type Room } from "../rooms/rooms.ts";
import { hostIn } from "./address.ts";
import type { Item } from "./items.ts";
import type { Source } from "./sources.ts";

export const WORD_RULES = ["only", "without", "relevant"] as const;
export type WordRule = (typeof WORD_RULES)[number];
/** `relevant`: of this source only what is about our field, although the room asked for it by name. */
export type SourceWords = { only: string[]; without: string[]; relevant: boolean };
/** What one room set for itself. `hidden` holds sources by id; `never` sources by id, hosts and names. */
export type RoomRules = { hidden: ReadonlySet<string>; never: readonly string[]; words: ReadonlyMap<string, SourceWords> };

/** In the order in which they are asked. The first `no` ends it. */
export const RULES = ["never", "hidden", "asked", "relevance", "follow", "without", "only"] as const;
export type Rule = (typeof RULES)[number];
/** `yes` and `no` decide; `aside` says that the rule has nothing to say here, and why. */
export const verdictSchema = z.object({ rule: z.enum(RULES), says: z.enum(["yes", "no", "aside"]), what: z.string() });
/** `what`: the word, name or subject that decided; "" where there is none. */
export type Verdict = z.infer<typeof verdictSchema>;
export type Judgement = { hears: boolean; verdicts: Verdict[] };

export type Bench = { directory: Directory; networkCountries: NetworkCountries };
type Judged = Pick<Room, "address" | "follow">;

/** Who follows the whole hears of its part. */
const PART_OF: Readonly<Record<string, string>> = { wgad: "special-procedures", "unaids-pcb": "unaids", "who-ecdd": "who" };
/** Beside the rules for words: `source` is then what is never wanted. */
const NEVER = "never";
export const NO_RULES: RoomRules = { hidden: new Set(), never: [], words: new Map() };
export const NO_WORDS: SourceWords = { only: [], without: [], relevant: false };

/** Judges one item for one room. `text`: all of it that can be searched for words. */
export function judgeItem(item: Item, text: string, source: Source, room: Judged, rules: RoomRules, bench: Bench): Judgement {
  const verdicts: Verdict[] = [];
  const words = rules.words.get(source.id) ?? NO_WORDS;
  const asked = source.rooms.includes(room.address);
  const say = (rule: Rule, says: Verdict["says"], what = ""): boolean => {
    verdicts.push({ rule, says, what });
    return says !== "no";
  };
  const unwanted = findUnwanted(item, text, source, rules.never);
  const hears =
    say("never", unwanted === undefined ? (rules.never.length === 0 ? "aside" : "yes") : "no", unwanted) &&
    say("hidden", rules.hidden.has(source.id) ? "no" : "aside") &&
    say("asked", asked ? "yes" : "aside") &&
    (asked && !words.relevant ? say("relevance", "aside") : say("relevance", item.relevant ? "yes" : "no", wordsOfField(item))) &&
    (asked ? say("follow", "aside") : sayFollow(judgeFollow(room.follow, item, bench), say)) &&
    sayWords(text, words, say);
  return { hears, verdicts };
}

/** The words that spoke for or against our field; those that named a State, a body or a kind are no reason. */
function wordsOfField({ why, relevant }: Item): string {
  const reasons = why.filter(({ reason }) => !/^(states|bodies|kind_.*)$/.test(reason) && relevant !== reason.startsWith("against_"));
  return reasons.map(({ words }) => words).filter((words) => words !== "").slice(0, 3).join(", ");
}

function sayFollow({ passes, what }: { passes: boolean; what: string }, say: (rule: Rule, says: Verdict["says"], what?: string) => boolean): boolean {
  return say("follow", passes ? "yes" : "no", what);
}

function sayWords(text: string, { only, without }: SourceWords, say: (rule: Rule, says: Verdict["says"], what?: string) => boolean): boolean {
  const banned = findPhrase(text, without);
  if (!say("without", without.length === 0 ? "aside" : banned === undefined ? "yes" : "no", banned)) return false;
  const found = findPhrase(text, only);
  return say("only", only.length === 0 ? "aside" : found === undefined ? "no" : "yes", found ?? only.join(", "));
}

/**
 * Whether a filter lets an item through: what is about other countries only does not pass; else it must be about something that the room follows, be it a
 * topic, a body or a country. A room that follows everything, or the topic `news`, hears all that is relevant. `what`: the subject that decided.
 */
export function judgeFollow(follow: Follow, item: Pick<Item, "topics" | "mechanisms" | "countries">, { directory, networkCountries }: Bench): { passes: boolean; what: string } {
  const topics = follow.topics.filter((topic) => topic !== NOTHING_FOLLOWED);
  if (topics.includes(NEWS)) return { passes: true, what: NEWS };
  // Who asked for one kind of deadline, or for nothing, asked for no news.
  if (follow.mechanisms.includes(NOTHING_FOLLOWED) || follow.topics.includes(NOTHING_FOLLOWED) || follow.kinds.length > 0) return { passes: false, what: "" };
  if (follow.mechanisms.length + topics.length + follow.countries.length + follow.programmes.length === 0) return { passes: true, what: "" };
  const byCountry = follow.countries.length + follow.programmes.length > 0;
  const named = item.countries.filter((country) => followsCountry(follow, country, networkCountries, directory));
  if (byCountry && item.countries.length > 0 && named.length === 0) return { passes: false, what: item.countries.join(" ") };
  const subjects = [...item.topics, ...item.mechanisms];
  const topic = subjects.find((subject) => topics.includes(subject));
  const followsBody = (subject: string): boolean => passesMechanism(follow, mechanismName(subject), directory);
  const mechanism = follow.mechanisms.length === 0 ? undefined : subjects.find((subject) => followsBody(subject) || followsBody(PART_OF[subject] ?? subject));
  const [country] = byCountry ? named : [];
  const what = topic ?? mechanism ?? country;
  return what === undefined ? { passes: false, what: subjects.join(" ") } : { passes: true, what };
}

function followsCountry({ countries, programmes }: Follow, country: string, networkCountries: NetworkCountries, directory: Directory): boolean {
  const named = countries.some((entry) => entry === "*" || entry === country || networkCountries.get(entry)?.has(country) === true);
  return named || programmes.some((id) => directory.programme(id)?.countries.includes(country) === true);
}

/**
 * What a room never wants reaches it by no way: from that source, from a page of that host, and where an item only names the host or the publisher. In doubt it
 * is left out: in some countries passing it on is an offence.
 */
function findUnwanted(item: Item, text: string, source: Source, never: readonly string[]): string | undefined {
  if (never.length === 0) return undefined;
  const hosts = [item.link, source.url, source.link].map(hostIn).filter((host) => host !== "");
  const folded = ` ${foldText(text)} ${foldText(source.title)} `;
  const lower = text.toLowerCase();
  return never.find((entry) => {
    if (entry === source.id) return true;
    if (isHost(entry)) return hosts.some((host) => host === entry || host.endsWith(`.${entry}`)) || namesHost(lower, entry);
    return folded.includes(` ${foldText(entry)} `);
  });
}

/** Whether a room hears nothing of it, whatever it is about. */
export function refuses(item: Item, text: string, source: Source, rules: RoomRules): boolean {
  return rules.hidden.has(source.id) || findUnwanted(item, text, source, rules.never) !== undefined;
}

export function isHost(entry: string): boolean {
  return /^[^\s/]+\.[^\s/.]{2,}$/u.test(entry);
}

function namesHost(lower: string, host: string): boolean {
  for (let at = lower.indexOf(host); at >= 0; at = lower.indexOf(host, at + 1)) {
    if (!/[\p{L}\p{N}-]/u.test(lower[at - 1] ?? " ") && !/[\p{L}\p{N}-]/u.test(lower[at + host.length] ?? " ")) return true;
  }
  return false;
}

/** Like `foldName`, however long the text is. */
function foldText(text: string): string {
  return text.toLowerCase().normalize("NFKD").replace(/[\p{M}\u0640.]/gu, "").toLowerCase().replace(/\u0649/g, "\u064a").replace(/\u0629/g, "\u0647").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** The first of these words or phrases that a text holds. Case and accents do not matter; a star at the end stands for any ending. */
export function findPhrase(text: string, phrases: readonly string[]): string | undefined {
  if (phrases.length === 0) return undefined;
  const folded = ` ${foldText(text)} `;
  return phrases.find((phrase) => {
    const wanted = foldText(phrase);
    return wanted !== "" && folded.includes(phrase.trim().endsWith("*") ? ` ${wanted}` : ` ${wanted} `);
  });
}

/** "overdose, naloxon*" as it is typed: phrases with commas between them. */
export function readPhrases(text: string): string[] {
  return [...new Set(text.split(/[,;،؛]/u).map((phrase) => phrase.trim()).filter((phrase) => foldText(phrase) !== ""))];
}

/** What rooms set for themselves; of all rooms, or of one. */
export async function loadRules(db: Database, room?: RoomAddress): Promise<(address: RoomAddress) => RoomRules> {
  let hiddenRows = db.selectFrom("hidden").selectAll();
  let wordRows = db.selectFrom("source_words").selectAll().orderBy("source").orderBy("rule");
  if (room !== undefined) [hiddenRows, wordRows] = [hiddenRows.where("room", "=", room), wordRows.where("room", "=", room)];
  const [hidden, words] = [await hiddenRows.execute(), await wordRows.execute()];
  const byRoom = new Map<string, { hidden: Set<string>; never: string[]; words: Map<string, SourceWords> }>();
  const of = (address: string) => {
    const known: { hidden: Set<string>; never: string[]; words: Map<string, SourceWords> } = byRoom.get(address) ?? { hidden: new Set(), never: [], words: new Map() };
    byRoom.set(address, known);
    return known;
  };
  for (const row of hidden) of(row.room).hidden.add(row.subject);
  for (const row of words) {
    if (row.rule === NEVER) {
      of(row.room).never.push(row.source);
      continue;
    }
    const set = of(row.room).words;
    const known = set.get(row.source) ?? NO_WORDS;
    set.set(row.source, row.rule === "relevant" ? { ...known, relevant: true } : { ...known, [row.rule === "only" ? "only" : "without"]: readPhrases(row.words) });
  }
  return (address) => byRoom.get(address) ?? NO_RULES;
}

/** Rules something out in one room: a source by its id, a host, or a publisher's name. */
export async function ruleOut(trx: Writing, room: RoomAddress, entry: string): Promise<void> {
  await setRule(trx, room, entry, NEVER, "");
}

/** Returns false when it was not ruled out. */
export async function allow(trx: Writing, room: RoomAddress, entry: string): Promise<boolean> {
  const deleted = await trx.deleteFrom("source_words").where("room", "=", room).where("source", "=", entry).where("rule", "=", NEVER).returning("source").executeTakeFirst();
  return deleted !== undefined;
}

/** An empty list takes the rule away. */
export async function setWords(trx: Writing, room: RoomAddress, source: string, rule: Exclude<WordRule, "relevant">, phrases: readonly string[]): Promise<void> {
  await setRule(trx, room, source, rule, phrases.length === 0 ? undefined : phrases.join(", "));
}

export async function setRelevant(trx: Writing, room: RoomAddress, source: string, relevant: boolean): Promise<void> {
  await setRule(trx, room, source, "relevant", relevant ? "" : undefined);
}

/** Of a source that is gone. What a room never wants it may not want again either. */
export async function forgetWords(trx: Writing, source: string): Promise<void> {
  await trx.deleteFrom("source_words").where("source", "=", source).where("rule", "!=", NEVER).execute();
}

async function setRule(trx: Writing, room: RoomAddress, source: string, rule: WordRule | typeof NEVER, words: string | undefined): Promise<void> {
  if (words === undefined) {
    await trx.deleteFrom("source_words").where("room", "=", room).where("source", "=", source).where("rule", "=", rule).execute();
    return;
  }
  await trx
    .insertInto("source_words")
    .values({ room, source, rule, words })
    .onConflict((conflict) => conflict.columns(["room", "source", "rule"]).doUpdateSet({ words }))
    .execute();
}
