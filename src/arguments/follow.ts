import { DEADLINE_KINDS } from "../calendar/deadline-row.ts";
import type { ArgumentScope, ArgumentType, Parsed } from "../command.ts";
import { TOPICS, type Directory } from "../directory.ts";
import { LANGUAGES, type Language } from "../message.ts";
import { foldName } from "../names.ts";
import { NEWS_BODIES } from "../planning/follow.ts";
import { listNetworks } from "../rooms/networks.ts";
import type { Follow } from "../rooms/rooms.ts";
import { nearest } from "./near.ts";

/** Part of a filter: only the lists that were named. `all` is every list, empty. */
export type FollowPatch = Partial<Follow>;

type List = keyof Follow;
const PREFIXES: Readonly<Record<string, List>> = {
  mechanism: "mechanisms", body: "mechanisms", country: "countries", network: "countries", programme: "programmes", program: "programmes",
  topic: "topics", kind: "kinds",
};
const PRINTED: readonly (readonly [List, prefix: string])[] = [
  ["mechanisms", ""], ["countries", "country:"], ["programmes", "programme:"], ["topics", "topic:"], ["kinds", "kind:"],
];
const EVERYTHING = "all";

/** Whether a patch is what `all` gives: nothing is left out. */
export function followsAll(patch: FollowPatch): boolean {
  return PRINTED.every(([list]) => patch[list]?.length === 0);
}

type Known = { directory: Directory; networks: ReadonlySet<string>; language: Language };
type Item = { list: List; id: string; used: number };
type Read = Item | { near: string[] };

/** Networks that the directory gives countries to; the database may know more. */
function shippedNetworks(directory: Directory): Set<string> {
  return new Set(directory.countries.flatMap((country) => country.networks));
}

/** One name, of a given list or of whichever knows it: bodies before networks, countries, programmes and topics. */
function readName(words: readonly string[], list: List | undefined, { directory, networks, language }: Known): Read {
  const folded = foldName(words[0] ?? "").replaceAll(" ", "-");
  const near: string[] = [];
  const from = (named: List, ids: Iterable<string>): Item | undefined => {
    if (list !== undefined && list !== named) return undefined;
    const known = [...ids];
    if (known.includes(folded)) return { list: named, id: folded, used: 1 };
    near.push(...nearest(words.slice(0, 1), known));
    return undefined;
  };
  if ((list === undefined || list === "mechanisms") && NEWS_BODIES.includes(folded)) return { list: "mechanisms", id: folded, used: 1 };
  if (list === undefined || list === "mechanisms") {
    const body = directory.findBody(words, language);
    if ("value" in body) return { list: "mechanisms", id: body.value.key, used: body.used };
    near.push(...body.near);
  }
  const network = from("countries", networks);
  if (network !== undefined) return network;
  if (list === undefined || list === "countries") {
    const country = directory.findCountry(words, language);
    if ("value" in country) return { list: "countries", id: country.value.iso3, used: country.used };
    near.push(...country.near);
  }
  const other = from("programmes", directory.programmes.map(({ id }) => id)) ?? from("topics", TOPICS) ?? from("kinds", DEADLINE_KINDS);
  return other ?? { near: [...new Set(near)].slice(0, 4) };
}

/** Reads every word; a comma joins names of one list. The first name that is unknown ends it with what is near. */
function readWords(words: readonly string[], known: Known): FollowPatch | { near: string[] } {
  const patch: FollowPatch = {};
  const add = ({ list, id }: Item): void => {
    patch[list] = [...new Set([...(patch[list] ?? []), id])];
  };
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const [, prefix = "", rest] = /^([a-z]+):(.*)$/su.exec(word) ?? [];
    const list = Object.hasOwn(PREFIXES, prefix) ? PREFIXES[prefix] : undefined;
    const parts = (list === undefined ? word : (rest ?? "")).split(/[,;،]/u).filter((part) => part.trim() !== "");
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) {
      if (only.toLowerCase() === EVERYTHING && list === undefined) {
        for (const [named] of PRINTED) patch[named] ??= [];
        continue;
      }
      const item = readName([only, ...words.slice(index + 1)], list, known);
      if ("near" in item) return item;
      add(item);
      index += item.used - 1;
      continue;
    }
    for (const part of parts) {
      const item = readName([part], list, known);
      if ("near" in item) return item;
      add(item);
    }
  }
  return patch;
}

function wordsOf(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split(/\s+/u)).filter((word) => word !== "");
}

/**
 * A whole filter from the words of `follow`, as `networks.csv` gives it: `hrc,upr country:anpud topic:women`, or `all`. What is not
 * known is left out, so that a file with one wrong word still opens its room.
 */
export function readFollow(text: string, directory: Directory): Follow {
  const known = { directory, networks: shippedNetworks(directory), language: LANGUAGES[0] };
  const follow: Follow = { mechanisms: [], countries: [], programmes: [], topics: [], kinds: [] };
  for (const word of wordsOf([text])) {
    const patch = readWords([word], known);
    if ("near" in patch) continue;
    for (const [list] of PRINTED) follow[list].push(...(patch[list] ?? []));
  }
  return follow;
}

/** The words that `readFollow` reads back: ids only. */
export function printFollow(patch: FollowPatch): string {
  const parts = PRINTED.flatMap(([list, prefix]) => {
    const ids = patch[list] ?? [];
    return ids.length === 0 ? [] : [prefix + ids.join(",")];
  });
  return parts.length === 0 ? EVERYTHING : parts.join(" ");
}

/** What to follow or no longer follow: `upr,cnd country:anpud programme:love-alliance topic:women kind:deadline`. Takes every word. */
export const follow: ArgumentType<FollowPatch> = {
  name: "follow",
  async parse(words, scope): Promise<Parsed<FollowPatch>> {
    const flat = wordsOf(words);
    if (flat.length === 0) return { near: [] };
    const patch = readWords(flat, await knownIn(scope));
    if ("near" in patch) return patch;
    return Object.keys(patch).length === 0 ? { near: [] } : { value: patch, used: words.length };
  },
  print: printFollow,
  complete(prefix, { directory, language }) {
    const cut = prefix.lastIndexOf(",") + 1;
    const found = directory.bodiesLike(prefix.slice(cut), 12);
    return found.map(({ key }) => ({ value: prefix.slice(0, cut) + key, label: directory.bodyName(key, language, "short") }));
  },
};

async function knownIn({ db, directory, language }: ArgumentScope): Promise<Known> {
  const networks = shippedNetworks(directory);
  for (const { id } of await listNetworks(db)) networks.add(id);
  return { directory, networks, language };
}
