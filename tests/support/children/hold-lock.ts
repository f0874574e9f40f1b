/** Takes the server's lock of the folder given and holds it until killed. */
import { acquireServerLock } from "../../../adapters/sqlite/lock.ts";

await acquireServerLock(process.argv[2] ?? "");
console.log("held");
setInterval(() => {}, 60_000);
