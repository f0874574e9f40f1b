/** What the main database remembers of the keys, which lie in a file of their own: enough to notice that they are older than they were. */
import { z } from "zod";
import type { Store, Writing } from "../../src/ports.ts";

const KEY = "matrix-boot";

/**
 * `boots`: how often the file of keys was opened. `commits`: how many commits it had seen when this was last noted, some time ago. `device`: whose
 * keys they are.
 */
const memorySchema = z.object({ boots: z.number().int(), commits: z.number().int(), device: z.string().optional() });
export type KeyMemory = z.infer<typeof memorySchema>;

export async function readMemory(store: Pick<Store, "reading">): Promise<KeyMemory | undefined> {
  const row = await store.reading.selectFrom("meta").select("value").where("key", "=", KEY).executeTakeFirst();
  return row === undefined ? undefined : memorySchema.parse(JSON.parse(row.value));
}

export async function writeMemory(store: Store, memory: KeyMemory): Promise<void> {
  const value = JSON.stringify(memory);
  await store.write((trx) =>
    trx
      .insertInto("meta")
      .values({ key: KEY, value })
      .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
      .execute(),
  );
}

/** For keys that are given up. */
export async function forgetKeys(trx: Writing): Promise<void> {
  await trx.deleteFrom("meta").where("key", "=", KEY).execute();
}
