/** How a room and a network show their settings. Drawn for replies, not kept as posts. */
import type { Directory } from "../directory.ts";
import { listText, type Say } from "../i18n.ts";
import type { Instant, Message, Span } from "../message.ts";
import { mechanismName } from "../planning/follow.ts";
import type { Network } from "../rooms/networks.ts";
import { type Follow, NOTHING_FOLLOWED, NO_END, type Room } from "../rooms/rooms.ts";
import { opennessBlocks } from "./openness.ts";

/** Weekdays from Monday = 1, by the catalogue's names. */
export function weekText(week: readonly number[], say: Say): string {
  return listText(week.map((day) => say(`weekday.${day}`)), say);
}

/** What a room follows, in words. `networks`: their names by id. */
export function followText(follow: Follow, say: Say, directory: Directory, networks: ReadonlyMap<string, string>): string {
  if (follow.mechanisms.includes(NOTHING_FOLLOWED)) return say("follow.nothing");
  // The review and its working group are followed as one, and two bodies may share a short name.
  const bodies = [...new Set(follow.mechanisms.map((key) => directory.bodyName(mechanismName(key), say.language, "short")))];
  const countries = follow.countries.map((entry) =>
    directory.country(entry) === undefined ? (networks.get(entry) ?? entry.toUpperCase()) : directory.countryName(entry, say.language),
  );
  const programmes = follow.programmes.map((id) => directory.programme(id)?.name ?? id);
  const topics = follow.topics.map((topic) => say(`topic.${topic}`));
  const kinds = follow.kinds.map((kind) => say(`kind.${kind}`));
  const parts = [
    bodies.length === 0 ? say("follow.every_body") : listText(bodies, say),
    ...(countries.length > 0 ? [say("follow.countries", { list: listText(countries, say) })] : []),
    ...(programmes.length > 0 ? [say("follow.programmes", { list: listText(programmes, say) })] : []),
    ...(topics.length > 0 ? [say("follow.topics", { list: listText(topics, say) })] : []),
    ...(kinds.length > 0 ? [say("follow.kinds", { list: listText(kinds, say) })] : []),
  ];
  return parts.join(" · ");
}

export function drawRoom(room: Room, networks: ReadonlyMap<string, string>, say: Say, directory: Directory, now: Instant): Message {
  const paused = room.pausedUntil !== null && room.pausedUntil > now;
  const fields: [string, Span[]][] = [
    [say("room.network"), [networks.get(room.network) ?? room.network]],
    [say("room.language"), [say(`language.${room.language}`)]],
    [say("room.zone"), [room.zone]],
    [say("room.waking"), [say("room.waking.value", { from: room.wakingFrom, until: room.wakingUntil })]],
    [say("room.week"), [weekText(room.workingWeek, say)]],
    [say("room.rhythm"), [say(`rhythm.${room.rhythm}`)]],
    [say("room.audience"), [say(`audience.${room.audience}`)]],
    [say("room.follows"), [followText(room.follow, say, directory, networks)]],
    ...(room.ladder === null ? [] : [[say("room.ladder"), [ladderText(room)]] satisfies [string, Span[]]]),
    ...(paused ? [[say("room.paused"), pauseText(room, say)] satisfies [string, Span[]]] : []),
  ];
  return {
    title: [say("room.title")],
    tone: "plain",
    blocks: [{ fields }, ...opennessBlocks(room, say)],
    actions: [
      { label: say("room.action.change"), command: "room set" },
      { label: say("room.action.preview"), command: "preview" },
      paused ? { label: say("room.action.resume"), command: "resume" } : { label: say("room.action.pause"), command: "pause" },
    ],
    language: say.language,
  };
}

function ladderText(room: Room): string {
  return Object.entries(room.ladder ?? {}).map(([kind, leads]) => `${kind} ${leads.join(",")}`).join("; ");
}

export function pauseText(room: Room, say: Say): Span[] {
  if (room.pausedUntil === null) return [say("pause.not")];
  if (room.pausedUntil >= NO_END) return [say("pause.open")];
  return say.spans("pause.until", { moment: { moment: room.pausedUntil, zone: room.zone } });
}

export function drawNetwork(network: Network, countries: readonly string[], say: Say, directory: Directory): Message {
  const names = countries.map((iso3) => directory.countryName(iso3, say.language)).sort((a, b) => a.localeCompare(b, say.language));
  return {
    title: [network.name],
    tone: "plain",
    blocks: [
      {
        fields: [
          [say("room.language"), [say(`language.${network.language}`)]],
          [say("room.zone"), [network.zone]],
          [say("room.week"), [weekText(network.workingWeek, say)]],
          [say("network.standing"), [say(`standing.${network.standing}`)]],
          [say("network.countries", { count: names.length }), [names.length === 0 ? say("network.no_countries") : listText(names, say)]],
        ],
      },
    ],
    actions: [],
    language: say.language,
  };
}
