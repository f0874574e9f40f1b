/** Reads the shipped files of `data/` from disk: the calendar as claims to import, and what the directory is built from. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { DirectorySources, Programme, Rule } from "../../src/directory.ts";
import { LANGUAGES } from "../../src/message.ts";
import { networkCountryRow, networkRow, ruleRow, sessionRow, uprRow, type RuleRow, type Shipped } from "../../src/shipped.ts";
import { readCountries } from "./countries.ts";
import { readFeeds } from "./feeds.ts";
import { displayName, readRows, splitCell } from "./rows.ts";
import { readRuleSessions, readStatusClaims } from "./rule-sessions.ts";

const text = z.string();
const bodyRow = z.object({ key: text.min(1), names_id: text.min(1), zone: text.min(1), page: text, topics: text, source: text });
const nameRow = z.object({ id: text.min(1), language: z.enum(LANGUAGES), name: text.min(1), short: text, aliases: text });
const calendarKeyRow = z.object({ calendar_key: text.min(1), mechanism_ids: text });
const programmeRow = z.object({ id: text.min(1), name: text.min(1), iso3: text.length(3) });
const whoMayRow = z.object({ text: text.min(1), class: z.enum(["anyone", "ecosoc", "states", "observer", "relations", "national", "person"]) });
const ruleKind = z.enum(["deadline", "opening", "planning", "note", "route"]);
const shippedFacts = z.object({ checkedOn: z.iso.date() });

/** `folder` is the project's `data/`. Throws an Error naming file and line when a file is not as it should be. */
export function readShipped(folder: string): { shipped: Shipped; directorySources: DirectorySources } {
  const rules = readRows(folder, "deadline-rules.csv", ruleRow);
  const networkCountries = readRows(folder, "network-countries.csv", networkCountryRow);
  const facts: unknown = JSON.parse(readFileSync(join(folder, "shipped.json"), "utf8"));
  return {
    shipped: {
      sessions: readRows(folder, "sessions.csv", sessionRow),
      upr: [...readRows(folder, "upr-cycle4.csv", uprRow), ...readRows(folder, "upr-cycle5.csv", uprRow)],
      rules,
      ruleSessions: readRuleSessions(folder, rules),
      statusClaims: readStatusClaims(folder),
      networks: readRows(folder, "networks.csv", networkRow),
      networkCountries,
      checkedOn: shippedFacts.parse(facts).checkedOn,
    },
    directorySources: {
      countries: readCountries(folder, networkCountries),
      bodies: readRows(folder, "bodies.csv", bodyRow).map((row) => ({
        key: row.key, namesId: row.names_id, zone: row.zone, page: row.page, topics: splitCell(row.topics, ","),
      })),
      names: readRows(folder, "names.csv", nameRow).map((row) => ({
        ...row, name: displayName(row.name), short: displayName(row.short), aliases: splitCell(row.aliases, ";"),
      })),
      calendarKeys: readRows(folder, "calendar-keys.csv", calendarKeyRow).map((row) => ({
        key: row.calendar_key, mechanisms: splitCell(row.mechanism_ids, ";"),
      })),
      programmes: readProgrammes(folder),
      rules: readRules(folder, rules),
      listings: readFeeds(folder),
    },
  };
}

function readProgrammes(folder: string): Programme[] {
  const byId = Map.groupBy(readRows(folder, "programmes.csv", programmeRow), (row) => row.id);
  return [...byId].map(([id, rows]) => ({ id, name: displayName(rows[0]?.name ?? id), countries: rows.map((row) => row.iso3) }));
}

function readRules(folder: string, rows: readonly RuleRow[]): Rule[] {
  const classOf = new Map(readRows(folder, "who-may.csv", whoMayRow).map((row) => [row.text, row.class]));
  return rows.map((row) => {
    const whoMay = classOf.get(row.who_may);
    if (whoMay === undefined) throw new Error(`deadline-rules.csv, ${row.id}: who-may.csv has no class for its who_may`);
    const kind = ruleKind.safeParse(row.kind);
    if (!kind.success) throw new Error(`deadline-rules.csv, ${row.id}: kind is none of ${ruleKind.options.join(", ")}`);
    return {
      id: row.id,
      body: row.mechanism,
      kind: kind.data,
      action: row.action,
      note: row.rule,
      offsetFrom: row.offset_from,
      offset: row.offset === "" ? null : row.offset,
      onlyIf: row.only_if === "" ? null : row.only_if,
      whoMay,
      confidence: row.confidence,
      link: splitCell(row.source, " ; ").find((part) => part.startsWith("https://")) ?? "",
    };
  });
}
