import { type ArgumentType, NOT_MINE } from "../command.ts";
import type { Zone } from "../message.ts";
import { foldName } from "../names.ts";
import { isZone } from "../time.ts";
import { nearest } from "./near.ts";

const LONGEST_CITY = 3;
/** Current names that the runtime's list still gives under an older one. */
const RENAMED = ["Europe/Kyiv", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Ho_Chi_Minh", "Asia/Yangon", "America/Nuuk", "UTC"];

/** Zones by their folded full name and by the folded name of their city. */
let zones: ReadonlyMap<string, Zone> | undefined;
function knownZones(): ReadonlyMap<string, Zone> {
  if (zones !== undefined) return zones;
  const names = [...RENAMED.filter(isZone), ...Intl.supportedValuesOf("timeZone")];
  const found = new Map<string, Zone>();
  for (const name of names) if (!found.has(foldName(name))) found.set(foldName(name), name);
  for (const name of names) {
    const city = foldName(name.split("/").at(-1) ?? name);
    if (!found.has(city)) found.set(city, name);
  }
  zones = found;
  return zones;
}

function cityOf(zone: Zone): string {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}

/** An IANA zone by its name, `Asia/Bangkok`, or by its city in English, "Bangkok". */
export const zone: ArgumentType<Zone> = {
  name: "zone",
  parse(words) {
    const first = words[0] ?? "";
    for (let used = Math.min(words.length, LONGEST_CITY); used > 0; used -= 1) {
      if ((words[used - 1] ?? "").trim() === "") continue;
      const known = knownZones().get(foldName(words.slice(0, used).join(" ")));
      if (known !== undefined) return { value: known, used };
    }
    if (first.includes("/") && first.length < 60 && isZone(first)) return { value: first, used: 1 };
    return first === "" ? NOT_MINE : { near: nearest(words, [...knownZones().values()].map(cityOf)) };
  },
  print: (value) => value,
  complete(prefix) {
    const start = foldName(prefix);
    const found = [...knownZones()].filter(([name]) => name.startsWith(start)).map(([, value]) => value);
    return [...new Set(found)].slice(0, 12).map((value) => ({ value, label: cityOf(value) }));
  },
};
