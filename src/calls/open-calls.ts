/** The calls that take answers now, with all there is to say of them: for every room at once, in as many questions as for one. */
import type { Instant } from "../message.ts";
import type { Database } from "../ports.ts";
import type { Room } from "../rooms/rooms.ts";
import { type Call, type CallText, countAllAnswers, isReadableIn, listCalls, readTexts, type Tally } from "./calls.ts";

export type OpenCall = {
  call: Call;
  texts: readonly CallText[];
  tally: Tally;
  /** The networks whose rooms it went to. */
  networks: readonly string[];
};

/** Those that end first come first; those without an end last, the newest first. */
export async function listOpenCalls(db: Database, now: Instant): Promise<OpenCall[]> {
  const open = (await listCalls(db)).filter(({ state, closesAt }) => state === "open" && (closesAt === null || closesAt > now));
  if (open.length === 0) return [];
  const ids = open.map((call) => call.id);
  const texts = Map.groupBy(await db.selectFrom("call_texts").selectAll().where("call", "in", ids).execute(), (row) => row.call);
  const went = await db
    .selectFrom("call_rooms")
    .innerJoin("rooms", "rooms.address", "call_rooms.room")
    .select(["call_rooms.call", "rooms.network"])
    .distinct()
    .where("call_rooms.call", "in", ids)
    .execute();
  const networks = Map.groupBy(went, (row) => row.call);
  const tallies = await countAllAnswers(db, ids);
  const end = ({ call }: OpenCall): number => call.closesAt ?? Number.POSITIVE_INFINITY;
  return open
    .map((call): OpenCall => ({
      call,
      texts: readTexts(texts.get(call.id) ?? []),
      tally: tallies.get(call.id) ?? { organisations: 0, regions: 0 },
      networks: (networks.get(call.id) ?? []).map((row) => row.network),
    }))
    .sort((one, other) => (end(one) === end(other) ? 0 : end(one) - end(other)));
}

/** Those of them that people in `room` may know of. */
export function openCallsIn(room: Room, open: readonly OpenCall[]): OpenCall[] {
  return open.filter(({ call, networks }) => isReadableIn(call, room, networks.map((network) => ({ network }))));
}
