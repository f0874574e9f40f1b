/** Reads the file of the adapter that it is given, and then makes Matrix's library say something that it says to standard output when nobody keeps it from it. */
import path from "node:path";

await import(path.join(import.meta.dirname, "../../../adapters/matrix", process.argv[2] ?? ""));
const { EventTimelineSet, MatrixEvent, Room } = await import("matrix-js-sdk");
// Nothing of a client is asked for by what follows.
const room = new Room("!room", { supportsThreads: () => false, decryptEventIfNeeded: async () => {} } as never, "@clarion:localhost");
const timelines = new EventTimelineSet(room);
const event = new MatrixEvent({ type: "m.room.message", event_id: "$secret", room_id: "!room", sender: "@ana:localhost", content: {} });
for (let count = 0; count < 2; count += 1) timelines.addLiveEvent(event, { addToState: false });
// The library keeps timers of its own.
process.exit(timelines.getLiveTimeline().getEvents().length === 1 ? 0 : 1);
