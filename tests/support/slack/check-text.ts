/**
 * What mrkdwn may hold: escaped text, dates with a fallback and https links with a label. Everything else between angle brackets does something:
 * it calls people or groups, or names channels. https://docs.slack.dev/messaging/formatting-message-text
 */
import { MESSAGE_LIMITS } from "./limits.ts";

/** The words in braces of a date, https://docs.slack.dev/reference/block-kit/block-elements/date-element */
const DATE_WORDS = [
  "day_divider_pretty", "date_num", "date_slash", "date_long", "date_long_full", "date_long_pretty", "date", "date_pretty", "date_short",
  "date_short_pretty", "time", "time_secs", "ago",
] as const;

/** What is wrong with the template of a date, or undefined. */
export function dateFormatFault(format: string): string | undefined {
  const words = [...format.matchAll(/\{([^{}]*)\}/g)].map(([, word]) => word ?? "");
  if (words.length === 0) return "a date format without a word in braces";
  const unknown = words.find((word) => !DATE_WORDS.some((known) => known === word));
  if (unknown !== undefined) return `unknown word of a date format: {${unknown}}`;
  return /[{}]/.test(format.replace(/\{[^{}]*\}/g, "")) ? "a brace of a date format that is not closed" : undefined;
}

/** What is wrong with a Unix time, or undefined. Milliseconds are the usual mistake. */
export function timestampFault(seconds: number): string | undefined {
  if (!Number.isInteger(seconds)) return "a time that is not in whole seconds";
  return Math.abs(seconds) >= 100_000_000_000 ? "a time in milliseconds, not in seconds" : undefined;
}

/** Violations of one mrkdwn text. */
export function checkMrkdwn(text: string, path: string): string[] {
  const found: string[] = [];
  let rest = "";
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf("<", at);
    if (open === -1) break;
    rest += text.slice(at, open);
    const close = text.indexOf(">", open);
    const inside = close === -1 ? text.slice(open + 1) : text.slice(open + 1, close);
    if (close === -1) found.push(`${path}: a "<" that is not escaped`);
    else found.push(...tokenFaults(inside).map((fault) => `${path}: ${fault}`));
    rest += inside;
    at = close === -1 ? text.length : close + 1;
  }
  rest += text.slice(at);
  if (rest.includes(">")) found.push(`${path}: a ">" that is not escaped`);
  if (/&(?!(?:amp|lt|gt);)/.test(rest)) found.push(`${path}: a "&" that is not escaped`);
  if (!text.isWellFormed()) found.push(`${path}: half of a surrogate pair`);
  return found;
}

function tokenFaults(inside: string): string[] {
  if (inside.includes("<")) return ['a "<" that is not escaped'];
  if (inside.startsWith("!date^")) return dateFaults(inside);
  if (inside.startsWith("!")) return [`an active broadcast or group: <${inside}>`];
  if (inside.startsWith("@")) return [`an active mention: <${inside}>`];
  if (inside.startsWith("#")) return [`an active channel: <${inside}>`];
  const [address = "", label, ...more] = inside.split("|");
  if (!/^https:\/\/[^\s]+$/.test(address) || !URL.canParse(address)) return [`neither a date nor an https link: <${inside}>`];
  return label === undefined || label.trim() === "" || more.length > 0 ? [`a link without one label: <${inside}>`] : [];
}

function dateFaults(inside: string): string[] {
  const bar = inside.indexOf("|");
  if (bar === -1 || inside.slice(bar + 1).trim() === "") return [`a date without a fallback: <${inside}>`];
  const [, seconds = "", format = "", link, ...more] = inside.slice(0, bar).split("^");
  const faults: (string | undefined)[] = [
    /^\d+$/.test(seconds) ? timestampFault(Number(seconds)) : "a time that is not in whole seconds",
    dateFormatFault(format),
    link !== undefined && !/^https:\/\/[^\s]+$/.test(link) ? "a date that links to no https address" : undefined,
    more.length > 0 ? "a date of too many parts" : undefined,
  ];
  return faults.filter((fault) => fault !== undefined);
}

/** The `text` beside the blocks: what notifications, screen readers and old clients show. */
export function checkText(text: unknown, path = "text"): string[] {
  if (text === undefined) return [`${path}: missing`];
  if (typeof text !== "string") return [`${path}: not of type string`];
  if (text.trim() === "") return [`${path}: empty`];
  const found = checkMrkdwn(text, path);
  if (text.length > MESSAGE_LIMITS.textCut) found.push(`${path}: ${text.length} characters, cut after ${MESSAGE_LIMITS.textCut}`);
  else if (text.length > MESSAGE_LIMITS.textRecommended) {
    found.push(`${path}: ${text.length} characters, at most ${MESSAGE_LIMITS.textRecommended} recommended, and no edit takes more`);
  }
  return found;
}
