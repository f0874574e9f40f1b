import { choice } from "../src/arguments/choice.ts";
import { CALENDAR_SCOPES, addCalendarLink } from "../src/calendar/links.ts";
import { defineCommand, optional } from "../src/command.ts";
import { sentence } from "../src/message.ts";
import { networkNames } from "../src/rooms/networks.ts";

/**
 * Makes a secret address under which calendar programs read the dates of this room, or of its network. It is shown once; whoever has it can read,
 * until it is revoked.
 */
export const calendarLinkNew = defineCommand({
  name: "calendar link",
  arguments: { scope: optional(choice("calendar_scope", CALENDAR_SCOPES, (value) => `calendar.scope.${value}`)) },
  who: "coordinator",
  effect: "change",
  personal: true,
  async run({ db, say, room, chance, fingerprint, now }, values) {
    const scope = values.scope ?? "room";
    // Longer than one id, because it is all that stands between the dates and anybody who asks.
    const token = chance.id() + chance.id();
    const link = { id: chance.id(), room: room.address, network: room.network, scope, createdAt: now };
    await addCalendarLink(db, link, fingerprint(token));
    const network = (await networkNames(db)).get(room.network) ?? room.network;
    const show = sentence(say(`calendar.link.made.${scope}`, { network }), say.language, [
      { label: say("calendar.action.list"), command: "calendar list" },
      { label: say("calendar.action.revoke"), command: `calendar revoke ${link.id}`, style: "danger" },
    ]);
    show.blocks.push({ text: [{ code: `/calendar/${token}.ics` }] }, { text: [say("calendar.link.how")] }, { text: [say("calendar.link.secret")] });
    return { to: "asker", show: { ...show, discreet: say("discreet.other") } };
  },
});
