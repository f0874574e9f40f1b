/** Which words of a sentence stand in view of a date: what is in brackets is seen only from within. */
import type { Surroundings } from "./attach.ts";
import type { Hit } from "./lexicon.ts";
import type { Token } from "./tokens.ts";

const OPEN = /^[([]$/;
const CLOSE = /^[)\]]$/;

/** The token of the bracket that a token stands in; undefined outside of any. Looks no further back than `limit`. */
export function enclosingBracket(tokens: readonly Token[], at: number, limit: number): number | undefined {
  let depth = 0;
  for (let back = at - 1; back >= Math.max(limit, at - 80); back -= 1) {
    const { text, kind } = tokens[back] ?? { text: "", kind: "mark" };
    if (kind !== "mark") continue;
    if (CLOSE.test(text)) depth += 1;
    else if (OPEN.test(text) && depth > 0) depth -= 1;
    else if (OPEN.test(text)) return back;
  }
  return undefined;
}

/** The token that ends the bracket in which a token stands. */
export function bracketEnd(tokens: readonly Token[], at: number, limit: number): number {
  for (let next = at; next < limit; next += 1) if (CLOSE.test(tokens[next]?.text ?? "")) return next;
  return limit;
}

/** The hits that lie between two tokens, without those in brackets that `inside` is not in; they may end as late as `reach`. */
export function hitsBetween({ tokens, cues }: Surroundings, from: number, until: number, inside: number | undefined, reach = until): Hit[] {
  const found: Hit[] = [];
  let index = cues.contentFrom(from);
  let depth = 0;
  for (let at = from; at < until; at += 1) {
    const token = tokens[at];
    if (token?.kind === "mark") {
      if (OPEN.test(token.text) && at !== inside && hasEnd(tokens, at, until)) depth += 1;
      else if (CLOSE.test(token.text) && depth > 0) depth -= 1;
    }
    for (let hit = cues.content[index]; hit !== undefined && hit.from <= at; hit = cues.content[index]) {
      if (hit.from === at && depth === 0 && hit.until <= reach) found.push(hit);
      index += 1;
    }
  }
  return found;
}

function hasEnd(tokens: readonly Token[], from: number, until: number): boolean {
  for (let at = from + 1; at < Math.min(until, from + 60); at += 1) if (CLOSE.test(tokens[at]?.text ?? "")) return true;
  return false;
}
