/**
 * When two links lead to the same page, and when two pages tell the same story. An *address* is a link without what changes nothing for a
 * reader (scheme, www, counters, a slash at the end, the reduced page for phones); a *story* is an address without its language.
 */
import { LANGUAGES } from "../message.ts";

/** Longer than any address people share; beyond it nothing is taken for the same. */
const LONGEST = 800;
/** Parameters that say where a reader came from. */
const COUNTERS = /^(utm_.*|mc_[ce]id|mkt_tok|fbclid|gclid|gbraid|wbraid|dclid|yclid|msclkid|igshid|twclid|_ga|_gl|_hs(enc|mi)|at_(medium|campaign|custom\d*)|ns_(source|mchannel|campaign|linkname)|cmpid|ref_src|ref_url|smid|spm|s_cid|pk_.*|mtm_.*|wt_mc|xtor)$/i;
/** Parameters that may say the same: they do when they name a place that readers come from. */
const CAME_FROM = /^(ref|source|src|from|via|feed|origin|cmp|campaign)$/i;
const PLACES = /^(rss|atom|feeds?|feedburner|newsletters?|e?-?mail|twitter|x|facebook|fb|linkedin|telegram|whatsapp|social|home(page)?|google|bing)/i;
/** Parameters that choose a reduced page. */
const REDUCED = /^(amp|outputtype)$/i;
const LANGUAGE_PARAMETERS = /^(lang|language|locale|hl|lng|_lang|idioma|langue)$/i;
/** The languages of the United Nations and of the networks, and those in which sites of this field write beside them. */
const TONGUES = new Set([...LANGUAGES, "zh", "sw", "hi", "de", "it", "uk", "id", "th", "vi", "fa", "ur", "bn", "ne", "my", "km", "ko", "ja", "tr", "pl", "nl", "ka", "kk", "ky", "ro", "el", "he", "ms", "tl"]);
const TAIL = /\.(html?|php|aspx?)$/i;

type Page = { host: string; segments: string[]; query: [string, string][]; fragment: string };

function readPage(link: string): Page | undefined {
  if (!/^https?:/i.test(link) || link.length > LONGEST || !URL.canParse(link)) return undefined;
  const url = new URL(link);
  const host = url.host.replace(/^(www\d?|amp|m|mobile)\.(?=[^.]+\.)/, "");
  const segments = url.pathname.split("/").filter((segment) => segment !== "");
  if (/^(index|default|amp)(\.(html?|php|aspx?))?$/i.test(segments.at(-1) ?? "")) segments.pop();
  if (segments[0] === "amp") segments.shift();
  const counts = (name: string, value: string): boolean => COUNTERS.test(name) || REDUCED.test(name) || (CAME_FROM.test(name) && PLACES.test(value));
  const query = [...url.searchParams].filter(([name, value]) => !counts(name, value)).toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  // Most fragments name a place in the page; a few sites keep the page itself there.
  const fragment = /^#!?\//.test(url.hash) ? url.hash : "";
  return { host, segments: segments.map((segment) => segment.replace(/\.amp(?=\.html?$|$)/i, "")), query, fragment };
}

function printPage({ host, segments, query, fragment }: Page): string {
  const asked = query.map(([name, value]) => `${name}=${value}`).join("&");
  return [host, ...segments].join("/") + (asked === "" ? "" : `?${asked}`) + fragment;
}

/** `en`, `fr-CH`, `pt_br`: a language, with or without a place. */
function tongueOf(text: string): string | undefined {
  const found = /^([a-z]{2})(?:[-_][a-z]{2,4})?$/i.exec(text)?.[1]?.toLowerCase();
  return found !== undefined && TONGUES.has(found) ? found : undefined;
}

/** "" where a link is none, or leads to the front page of a site, which is no item's own page. */
export function addressOf(link: string): string {
  const page = readPage(link);
  if (page === undefined) return "";
  const leads = page.segments.filter((segment) => tongueOf(segment) === undefined).length > 0 || page.query.some(([name]) => !LANGUAGE_PARAMETERS.test(name)) || page.fragment !== "";
  return leads ? printPage(page) : "";
}

/** Which language the page behind a link is in, as its address says it: in its host, its path or a parameter. */
export function languageInLink(link: string): string | undefined {
  const page = readPage(link);
  if (page === undefined) return undefined;
  const segment = page.segments.find((part, index) => index < 4 && tongueOf(part) !== undefined);
  const asked = page.query.find(([name]) => LANGUAGE_PARAMETERS.test(name))?.[1];
  const [first = ""] = page.host.split(".");
  return tongueOf(segment ?? "") ?? tongueOf(asked ?? "") ?? (page.host.split(".").length > 2 ? tongueOf(first) : undefined);
}

/** The story behind a link; "" where the link leads to no page of its own. */
export function storyOf(link: string): string {
  const page = readPage(link);
  if (page === undefined || addressOf(link) === "") return "";
  const labels = page.host.split(".");
  // `fr.example.org` is example.org in French; `it.org` is a name.
  const host = labels.length > 2 && tongueOf(labels[0] ?? "") !== undefined ? labels.slice(1).join(".") : page.host;
  let segments = page.segments;
  // UN News gives out an address that leads on to the page: `/feed/view/<language>/story/…`.
  if (segments[0] === "feed" && segments[1] === "view") segments = segments.slice(2);
  const language = segments.findIndex((segment, index) => index < 4 && tongueOf(segment) !== undefined);
  if (language >= 0) segments = segments.toSpliced(language, 1);
  segments = segments.map((segment, index) => (index === segments.length - 1 ? segment.replace(TAIL, "") : segment));
  return printPage({ host, segments, query: page.query.filter(([name]) => !LANGUAGE_PARAMETERS.test(name)), fragment: page.fragment });
}

/** The host of a link without `www.`; "" where it is none. */
export function hostIn(link: string): string {
  return readPage(link)?.host.replace(/:\d+$/, "") ?? "";
}
