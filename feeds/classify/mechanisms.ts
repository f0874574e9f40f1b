/** Which bodies and procedures a text names. */
import { shownWords, type Part } from "./marks.ts";

export type NamedMechanisms = { mechanisms: string[]; words: string[] };

const UNITED_NATIONS = new Set(["UN", "ONU", "ООН", "Nations", "Naciones", "Nações", "Unidas", "Unies", "الأمم", "أممي", "أمميون"]);
/** They have rapporteurs of their own. */
const REGIONAL = ["achpr", "iachr"];
const RAPPORTEURS = "special-procedures";

export function findMechanisms(parts: readonly Part[]): NamedMechanisms {
  const named = new Map<string, string>();
  for (const part of parts) {
    for (const found of part.mechanisms) {
      if (found.value.mechanism === "none") continue;
      if (part.mechanisms.some((other) => other.value.mechanism === "none" && other.from === found.from && other.until === found.until)) continue;
      if (!named.has(found.value.mechanism)) named.set(found.value.mechanism, shownWords(part, found));
    }
  }
  const ofRegion = REGIONAL.some((key) => named.has(key));
  if (ofRegion && !parts.some((part) => part.words.some((word) => UNITED_NATIONS.has(word.shown)))) named.delete(RAPPORTEURS);
  // The board is the programme's own: it is not told twice.
  if (named.has("unaids-pcb")) named.delete("unaids");
  return { mechanisms: [...named.keys()], words: [...named.values()] };
}
