/** Writes pairs of rows into the folder given, each pair in one transaction, naming it once it has committed, until killed. */
import { openFileStore } from "../store.ts";

// Lives as long as its parent: the end of standard input says that the test is over.
process.stdin.resume().on("end", () => process.exit());
const store = await openFileStore(process.argv[2] ?? "");
const name = process.argv[3] ?? "p";
for (let index = 0; ; index += 1) {
  await store.write(async (trx) => {
    await trx.insertInto("meta").values({ key: `${name}-${index}-a`, value: "" }).execute();
    await trx.insertInto("meta").values({ key: `${name}-${index}-b`, value: "" }).execute();
  });
  console.log(`committed ${name}-${index}`);
}
