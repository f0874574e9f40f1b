/** Networks: language, zone, working week, standing and countries. Owns `networks` and `network_countries`. */
import type { Selectable } from "kysely";
import { z } from "zod";
import { LANGUAGES, type Language, type Zone } from "../message.ts";
import type { Database, Writing } from "../ports.ts";
import type { Shipped } from "../shipped.ts";
import type { Schema } from "../store/schema.ts";

/** ECOSOC consultative status: held, not held, through a partner that holds it, or not known to us. */
export const STANDINGS = ["yes", "no", "partner", "unknown"] as const;
export type Standing = (typeof STANDINGS)[number];

/** The secretariat's own network: it sees everything and hears what has no other owner. */
export const COORDINATION = "coordination";

/** Only the network decides: a room's audience is a setting that anybody in it may change. */
export function isCoordination({ network }: { network: string }): boolean {
  return network === COORDINATION;
}

export type Network = { id: string; name: string; language: Language; zone: Zone; workingWeek: number[]; standing: Standing };

const rowSchema = z.object({ language: z.enum(LANGUAGES), standing: z.enum(STANDINGS) });

function networkFromRow(row: Selectable<Schema["networks"]>): Network {
  const { language, standing } = rowSchema.parse(row);
  return { id: row.id, name: row.name, language, zone: row.zone, workingWeek: row.working_week.split(",").map(Number), standing };
}

export async function findNetwork(db: Database, id: string): Promise<Network | undefined> {
  const row = await db.selectFrom("networks").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : networkFromRow(row);
}

export async function listNetworks(db: Database): Promise<Network[]> {
  const rows = await db.selectFrom("networks").selectAll().orderBy("id").execute();
  return rows.map(networkFromRow);
}

/** Names of networks by id. */
export async function networkNames(db: Database): Promise<Map<string, string>> {
  return new Map((await listNetworks(db)).map(({ id, name }) => [id, name]));
}

/** Countries by network, as ISO 3166 alpha-3. A country may belong to two. */
export async function networkCountries(db: Database): Promise<Map<string, Set<string>>> {
  const rows = await db.selectFrom("network_countries").selectAll().execute();
  const countries = new Map<string, Set<string>>();
  for (const { network, country } of rows) countries.set(network, (countries.get(network) ?? new Set()).add(country));
  return countries;
}

export async function saveNetwork(trx: Writing, network: Network): Promise<void> {
  const { id, name, language, zone, workingWeek, standing } = network;
  await trx
    .updateTable("networks")
    .set({ name, language, zone, working_week: workingWeek.join(","), standing })
    .where("id", "=", id)
    .execute();
}

export async function addCountry(trx: Writing, network: string, country: string): Promise<void> {
  await trx
    .insertInto("network_countries")
    .values({ network, country })
    .onConflict((conflict) => conflict.columns(["network", "country"]).doNothing())
    .execute();
}

export async function removeCountry(trx: Writing, network: string, country: string): Promise<void> {
  await trx.deleteFrom("network_countries").where("network", "=", network).where("country", "=", country).execute();
}

/** Country pairs that shipped files have brought so far, so that a correction by a person is never brought back. */
const SHIPPED_PAIRS = "shipped_network_countries";

/** Brings in what is new in the shipped files. What exists is left as people have set it. Returns the new networks' ids. */
export async function importNetworks(trx: Writing, shipped: Shipped): Promise<string[]> {
  const fresh: string[] = [];
  for (const row of shipped.networks) {
    const { id, name, language, zone, working_week, standing } = row;
    const inserted = await trx
      .insertInto("networks")
      .values({ id, name, language, zone, working_week, standing: standing === "" ? "unknown" : standing })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .returning("id")
      .executeTakeFirst();
    if (inserted !== undefined) fresh.push(id);
  }
  const kept = await trx.selectFrom("meta").select("value").where("key", "=", SHIPPED_PAIRS).executeTakeFirst();
  const seen = new Set(kept === undefined ? [] : z.array(z.string()).parse(JSON.parse(kept.value)));
  const pairs = shipped.networkCountries.map((row) => ({ network: row.network, country: row.iso3, key: `${row.network} ${row.iso3}` }));
  const news = pairs.filter((pair) => !seen.has(pair.key));
  if (news.length === 0) return fresh;
  for (const pair of news) await addCountry(trx, pair.network, pair.country);
  const value = JSON.stringify([...seen, ...news.map((pair) => pair.key)]);
  await trx
    .insertInto("meta")
    .values({ key: SHIPPED_PAIRS, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
    .execute();
  return fresh;
}
