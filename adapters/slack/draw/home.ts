/** The Home tab: a greeting, then each room with what comes next there. */
import type { HomeView, KnownBlock } from "@slack/types";
import { speak } from "../../../src/i18n.ts";
import type { Message } from "../../../src/message.ts";
import type { RoomAddress } from "../../../src/ports.ts";
import { placeOf } from "../address.ts";
import { drawQuiet, weigh } from "./blocks.ts";
import { BLOCKS_IN_VIEW, LETTERS_IN_VIEW } from "./limits.ts";
import { fit, roomBlockId } from "./views.ts";

export type HomeSection = { address: RoomAddress; message: Message };

/** The most that one room may take, so that the next ones are seen too. */
const ROOM_BLOCKS = 20;
const ROOM_LETTERS = 6_000;

/** Never empty. Rooms that do not fit are counted in the last line. */
export function drawHomeView(top: Message, sections: readonly HomeSection[]): HomeView {
  const say = speak(top.language);
  const greeting = fit(top, { blocks: BLOCKS_IN_VIEW / 2, letters: LETTERS_IN_VIEW / 2 }, (index) => `home:${index}`);
  const blocks: KnownBlock[] = greeting.whole ? [...greeting.blocks] : [...greeting.blocks, drawQuiet(say("slack.more"))];
  let letters = blocks.reduce((sum, block) => sum + weigh(block), 0);
  let shown = 0;
  for (const section of sections) {
    const drawn = drawSection(section);
    const longer = drawn.reduce((sum, block) => sum + weigh(block), 0);
    // The last block is kept for the line about the rooms that are left.
    if (blocks.length + drawn.length > BLOCKS_IN_VIEW - 1 || letters + longer > LETTERS_IN_VIEW) break;
    blocks.push(...drawn);
    letters += longer;
    shown += 1;
  }
  if (shown < sections.length) blocks.push(drawQuiet(say("slack.home.more", { count: sections.length - shown })));
  return { type: "home", callback_id: "home", blocks };
}

/** Slack itself puts in the channel's name, for those who may know it. */
function drawSection({ address, message }: HomeSection): KnownBlock[] {
  const place = placeOf(address);
  // What is urgent is said in its own line: the sign would stand beside the room's name.
  const { blocks, whole } = fit({ ...message, tone: "plain" }, { blocks: ROOM_BLOCKS, letters: ROOM_LETTERS }, (index) => roomBlockId(address, index));
  const name: KnownBlock[] =
    place === undefined
      ? []
      : [{ type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "channel", channel_id: place.channel, style: { bold: true } }] }] }];
  const more = whole ? [] : [drawQuiet(speak(message.language)("slack.more"))];
  return [{ type: "divider" }, ...name, ...blocks, ...more];
}
