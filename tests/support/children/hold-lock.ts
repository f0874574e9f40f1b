/** Takes the server's lock of the folder given and holds it until killed or left alone. */
import { acquireServerLock } from "../../../adapters/sqlite/lock.ts";

await acquireServerLock(process.argv[2] ?? "");
console.log("held");
// Lives as long as its parent: the end of standard input says that the test is over.
process.stdin.resume().on("end", () => process.exit());
