/** How much our store adds to a look-up by primary key: through Kysely on our driver ÷ the bare prepared statement. */
import path from "node:path";
import Sqlite from "better-sqlite3";
import { openSqliteStore } from "../adapters/sqlite/store.ts";
import { withFolder } from "./support/commits.ts";
import { median } from "./support/median.ts";
import { type Form, type Measured, printMachine, printMeasured } from "./support/report.ts";

const ROWS = 1_000;
const GETS = 20_000;
const ROUNDS: Record<Form, number> = { short: 7, long: 31 };

export async function measureStore(form: Form): Promise<Measured> {
  return withFolder(async (folder) => {
    const file = path.join(folder, "clarion.sqlite");
    const store = await openSqliteStore({ file });
    await store.write(async (trx) => {
      for (let index = 0; index < ROWS; index += 1) {
        await trx
          .insertInto("sessions")
          .values({
            id: `session-${index}`, mechanism: "hrc", number: String(index), title: "Human Rights Council", place: "Geneva",
            zone: "Europe/Zurich", kind: "session", starts_on: "2027-02-24", ends_on: "2027-04-02", precision: "day", status: "confirmed",
            confidence: "official", link: "https://example.org/", checked_on: "2026-11-20", revision: 1,
          })
          .execute();
      }
    });
    const bare = new Sqlite(file, { readonly: true });
    const prepared = bare.prepare("select * from sessions where id = ?");
    const ours: number[] = [];
    const raw: number[] = [];
    // Side by side, round by round, so that what else the machine does falls on both.
    for (let round = 0; round < ROUNDS[form]; round += 1) {
      let began = performance.now();
      for (let index = 0; index < GETS; index += 1) prepared.get(`session-${index % ROWS}`);
      raw.push(((performance.now() - began) * 1_000) / GETS);
      began = performance.now();
      for (let index = 0; index < GETS; index += 1) {
        await store.reading.selectFrom("sessions").selectAll().where("id", "=", `session-${index % ROWS}`).executeTakeFirst();
      }
      ours.push(((performance.now() - began) * 1_000) / GETS);
    }
    bare.close();
    await store.close();
    const warm = ours.map((value, round) => value / (raw[round] ?? Number.NaN)).slice(1);
    return {
      name: "store get ÷ raw prepared get",
      ratio: median(warm),
      bound: { most: 2.5 },
      conditions: [
        `${median(ours).toFixed(2)} µs ÷ ${median(raw).toFixed(2)} µs; one row of 15 columns by primary key, ${ROWS} rows, median of ${warm.length} warm rounds of ${GETS}`,
      ],
    };
  });
}

if (import.meta.main) {
  await printMachine();
  printMeasured(await measureStore(process.argv.includes("--short") ? "short" : "long"));
}
