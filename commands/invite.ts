import { defineCommand, printLine } from "../src/command.ts";
import type { Message } from "../src/message.ts";
import { isCoordination, listNetworks } from "../src/rooms/networks.ts";
import { findRoom } from "../src/rooms/rooms.ts";
import { checkKey } from "../src/wake-keys.ts";

/** Said by a chat when it was added to a place: asks which network the place is for, or says that it is back. */
export const invite = defineCommand({
  name: "invite",
  arguments: {},
  who: "anyone",
  effect: "change",
  hidden: true,
  outside: true,
  async run({ db, say, room, wake }) {
    const networks = await listNetworks(db);
    const standing = await findRoom(db, room.address);
    if (standing !== undefined) {
      wake(checkKey(room.address));
      const name = networks.find(({ id }) => id === standing.network)?.name ?? standing.network;
      return { to: "room", show: { ...plain(say("invite.back", { network: name })), language: say.language, discreet: say("discreet.rooms") } };
    }
    const open = networks.filter((network) => !isCoordination({ network: network.id }));
    return {
      to: "room",
      show: {
        ...plain(say("invite.title")),
        discreet: say("discreet.rooms"),
        blocks: [{ text: [say("invite.what")] }, { text: [say("invite.choose")] }],
        actions: open.map(({ id, name }) => ({ label: name, command: printLine("join", [id]) })),
        language: say.language,
      },
    };
  },
});

function plain(title: string): Omit<Message, "language"> {
  return { title: [title], tone: "plain", blocks: [], actions: [] };
}
