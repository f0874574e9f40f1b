/** The directory of feeds that ship with Clarion: what there is to follow, and what has no feed. */
import { printLine } from "../command.ts";
import type { Listing } from "../directory.ts";
import type { Say } from "../i18n.ts";
import { foreign, linkTo, type Message, type Span } from "../message.ts";
import { hostOf } from "../sources/sources.ts";

const LISTED = 12;
const BUTTONS = 5;

/** `followed`: addresses that are followed already. */
export function drawListings(found: readonly Listing[], { say, followed }: { say: Say; followed: ReadonlySet<string> }): Message {
  const shown = found.slice(0, LISTED);
  const left = found.length - shown.length;
  const open = shown.filter((listing) => listing.format !== "html-only" && !followed.has(listing.url));
  return {
    title: [say("directory.title", { count: found.length })],
    tone: "plain",
    blocks: [
      found.length === 0 ? { text: [say("directory.none")] } : { list: shown.map((listing) => lineOf(listing, followed, say)) },
      ...(left > 0 ? [{ text: [say("directory.more", { count: left })] }] : []),
      ...(shown.some(({ format }) => format === "html-only") ? [{ text: [say("directory.pages")] }] : []),
    ],
    actions: open.slice(0, BUTTONS).map((listing) => ({ label: say("directory.action.follow", { name: nameOf(listing) }), command: printLine("source add", [listing.id]) })),
    language: say.language,
  };
}

function nameOf({ publisher, title }: Listing): string {
  return title === "" || title === publisher ? publisher : `${publisher}: ${title}`;
}

function lineOf(listing: Listing, followed: ReadonlySet<string>, say: Say): Span[] {
  const { format, isSeen, url, language } = listing;
  const state = followed.has(url) ? "followed" : format === "html-only" ? "page" : isSeen ? "seen" : "guess";
  return [linkTo(url, foreign(nameOf(listing), 100)), " · ", foreign(hostOf(url), 60), " · ", foreign(language, 5), " · ", say(`directory.state.${state}`)];
}
