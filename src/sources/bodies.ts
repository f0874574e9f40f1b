/** Which bodies a title names. */
import type { Directory } from "../directory.ts";
import { foldName } from "../names.ts";

type Names = { keys: ReadonlyMap<string, ReadonlySet<string>>; mostWords: number };
/** A directory never changes, so its names are gathered once. */
const namesOf = new WeakMap<Directory, Names>();

/** Every name of every body in all languages. Only exact names count here, so the directory's own forgiving search is not used. */
function bodyNames(directory: Directory): Names {
  const known = namesOf.get(directory);
  if (known !== undefined) return known;
  const keys = new Map<string, Set<string>>();
  let mostWords = 1;
  for (const body of directory.bodies) {
    for (const { name, short, aliases } of Object.values(body.names)) {
      for (const folded of [name, short, ...aliases].filter((text) => !text.endsWith("*")).map(foldName)) {
        if (folded === "") continue;
        keys.set(folded, (keys.get(folded) ?? new Set()).add(body.key));
        mostWords = Math.max(mostWords, folded.split(" ").length);
      }
    }
  }
  const names = { keys, mostWords };
  namesOf.set(directory, names);
  return names;
}

/** Keys of the bodies that a title names. A name of one word counts only in capitals, since "who" and "cat" are words. */
export function recogniseBodies(title: string, directory: Directory): string[] {
  const { keys, mostWords } = bodyNames(directory);
  const words = title.match(/[\p{L}\p{M}\p{N}.]+/gu) ?? [];
  const folded = words.map(foldName);
  const shouting = title === title.toUpperCase();
  const found = new Set<string>();
  for (let index = 0; index < words.length; index += 1) {
    for (let length = Math.min(mostWords, words.length - index); length > 0; length -= 1) {
      const named = keys.get(folded.slice(index, index + length).join(" "));
      if (named === undefined || (length === 1 && (shouting || !isShortName(words[index] ?? "")))) continue;
      for (const key of named) found.add(key);
      index += length - 1;
      break;
    }
  }
  return [...found];
}

function isShortName(word: string): boolean {
  return word.length >= 3 && /^\p{Lu}[\p{Lu}\d.]+$/u.test(word);
}
