/** What a room is told about itself: who reads it, and what Clarion reads and keeps. Posted again when that changes. */
import type { Say } from "../i18n.ts";
import type { Block, Message } from "../message.ts";
import type { Capabilities } from "../ports.ts";
import type { Room } from "../rooms/rooms.ts";
import { type CardView, defineCard } from "./card.ts";
import { chatOf } from "./reach.ts";

export const OPENNESS_CARD = "openness";

export const opennessCard = defineCard<Room>({
  kind: OPENNESS_CARD,
  load: async (_db, _key, room) => room,
  draw,
});

/** The page on this machine needs no notice of who reads it. */
export function opennessBlocks(room: Room, say: Say): Block[] {
  const { openness } = room;
  if (openness === null || openness.readers === "this-machine") return [{ text: [say("room.keeps")] }];
  const chat = say(`chat.${chatOf(room.address)}`);
  return [
    { text: [{ strong: say("openness.who") }] },
    {
      list: [
        openness.encrypted ? [say("openness.readers.encrypted")] : [say(`openness.readers.${openness.readers}`, { chat }), " ", say("openness.clear")],
        ...(openness.shared ? [[say(openness.readers === "members" ? "openness.shared" : "openness.shared_servers")]] : []),
        [say(`openness.hears.${openness.hears}`)],
        [say("room.keeps")],
      ],
    },
  ];
}

/** Whether the room must be told: more people read it, or Clarion reads more than it was told before. */
export function isMoreOpen(before: Capabilities, now: Capabilities): boolean {
  return (now.shared && !before.shared) || (now.hears === "everything" && before.hears === "addressed") || (before.encrypted && !now.encrypted);
}

function draw(room: Room, { say }: CardView): Message {
  return {
    title: [say("openness.title")],
    tone: "plain",
    blocks: opennessBlocks(room, say),
    actions: [{ label: say("openness.leave"), command: "leave" }],
    language: say.language,
    discreet: say("discreet.rooms"),
  };
}
