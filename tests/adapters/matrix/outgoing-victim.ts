/** Sends one post and is killed at the moment when the homeserver has taken it, before anybody here can note it down. */
import { z } from "zod";
import { longNotice, notice, openSpeaker } from "./outgoing-stage.ts";

const optionsShape = z.object({
  url: z.string(),
  account: z.object({ name: z.string(), userId: z.string(), password: z.string() }),
  folder: z.string(),
  room: z.string(),
  title: z.string(),
  long: z.boolean(),
  key: z.string(),
  /** Of which page. */
  dieAfter: z.number(),
});

const { room, title, long, key, dieAfter, ...where } = optionsShape.parse(JSON.parse(process.argv[2] ?? ""));
const speaker = await openSpeaker(where);
await speaker.arrive(room);
const { fetch } = globalThis;
let sent = 0;
globalThis.fetch = async (...given) => {
  const response = await fetch(...given);
  if (/\/send\/m\.room\./.test(String(given[0])) && (sent += 1) === dieAfter) process.kill(process.pid, "SIGKILL");
  return response;
};
console.log("sending");
await speaker.send(`matrix:${room}`, long ? longNotice(title) : notice(title), key);
console.log("sent");
