import { composed } from "../src/cards/parts.ts";
import { chatOf } from "../src/cards/reach.ts";
import { followText } from "../src/cards/room.ts";
import { defineCommand } from "../src/command.ts";
import { countWaiting } from "../src/delivery/outbox.ts";
import { listText } from "../src/i18n.ts";
import type { Action, Span } from "../src/message.ts";
import { findNetwork, isCoordination, networkNames } from "../src/rooms/networks.ts";
import { listRooms } from "../src/rooms/rooms.ts";
import { listSources } from "../src/sources/sources.ts";

/** What is followed, when it was last read, what comes next and what waits. */
export const status = defineCommand({
  name: "status",
  arguments: {},
  who: "anyone",
  effect: "look",
  async run({ db, say, room, directory, zone, now }) {
    const network = await findNetwork(db, room.network);
    const sources = await listSources(db);
    const failing = sources.filter((source) => source.failingSince !== null).length;
    const readAt = Math.max(0, ...sources.map((source) => source.readAt ?? 0));
    const next = await db
      .selectFrom("plans")
      .select(({ fn }) => fn.min("planned_at").as("at"))
      .where("room", "=", room.address)
      .where("state", "=", "planned")
      .executeTakeFirst();
    const checked = await db.selectFrom("deadlines").select(({ fn }) => [fn.countAll().as("count"), fn.max("checked_on").as("checked")]).where("over_at", ">", now).executeTakeFirst();
    const hidden = await db.selectFrom("hidden").select(({ fn }) => fn.countAll().as("count")).where("room", "=", room.address).executeTakeFirst();
    const { waiting, dead } = await countWaiting(db, room.address);
    const names = await networkNames(db);
    // Whose room is out of reach is for coordination, which can do something about it.
    const away = isCoordination(room) ? (await listRooms(db)).filter(({ unreachable }) => unreachable !== null).map((other) => say("status.away.room", { network: names.get(other.network) ?? other.network, chat: say(`chat.${chatOf(other.address)}`) })) : [];
    const nextAt = next?.at ?? null;
    const isPaused = room.pausedUntil !== null && room.pausedUntil > now;
    const fields: [string, Span[]][] = [
      [say("status.follows"), [followText(room.follow, say, directory, names)]],
      [say("status.calendar"), [say("status.calendar.value", { count: Number(checked?.count ?? 0), known: checked?.checked ? "yes" : "no" }), ...(checked?.checked ? [{ moment: checked.checked, zone: "UTC" }] : [])]],
      [
        say("status.sources"),
        sources.length === 0
          ? [say("status.sources.none")]
          : [say("status.sources.value", { count: sources.length, failing }), ...(readAt === 0 ? [] : say.spans("status.read", { moment: { moment: readAt, zone } }))],
      ],
      [say("status.next"), isPaused ? [say("status.paused")] : nextAt === null ? [say("status.next.none")] : [{ moment: Math.max(nextAt, now), zone: room.zone }]],
      [say("status.waiting"), [say("status.waiting.value", { waiting, dead })]],
      ...(away.length === 0 ? [] : [[say("status.away"), [listText(away, say)]] satisfies [string, Span[]]]),
      ...(Number(hidden?.count ?? 0) > 0 ? [[say("status.hidden"), [say("status.hidden.value", { count: Number(hidden?.count ?? 0) })]] satisfies [string, Span[]]] : []),
    ];
    const actions: Action[] = [
      { label: say("action.preview"), command: "preview" },
      { label: say("action.sources"), command: "source list" },
      ...(dead > 0 ? [{ label: say("action.retry"), command: "retry" }] : []),
    ];
    return { to: "asker", show: composed(say, { title: say.spans("status.title", { network: network?.name ?? room.network }), blocks: [{ fields }], actions, dates: 0 }) };
  },
});
