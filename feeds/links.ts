/** Addresses as feeds write them. */

/** With a scheme of its own; a letter before the colon is a drive. */
const ABSOLUTE = /^[a-z][a-z\d+.-]+:/i;

/** The address, resolved where it is relative and otherwise as it is written; relative still when nothing is known to resolve it with. */
export function resolveLink(link: string, base: string): string {
  const trimmed = link.trim().replace(/^([a-z][a-z\d+.-]*:\/\/)\/+/i, "$1");
  if (trimmed === "" || ABSOLUTE.test(trimmed)) return trimmed;
  return URL.parse(trimmed, base === "" ? undefined : base)?.href ?? trimmed;
}

export function isWebLink(link: string): boolean {
  return /^https?:\/\//i.test(link) && URL.canParse(link);
}

/** Parts of an address that say who sent its reader, not what is read. */
const TRACKING = /^(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|mc_cid|mc_eid|igshid|_hs(?:enc|mi)|mkt_tok|wt[._]\w+|at_(?:medium|campaign|custom\d)|ref_src|s_cid|cmpid|ns_(?:campaign|source|mchannel)|pk_(?:campaign|kwd|source|medium)|piwik_\w+|matomo_\w+|oly_(?:anon|enc)_id|vero_id|__s|xtor)$/i;

/** The same page without what only counts readers. Order and writing of all other parts stay. */
export function dropTracking(link: string): string {
  const question = link.indexOf("?");
  if (question < 0) return link;
  const hash = link.indexOf("#", question);
  const query = link.slice(question + 1, hash < 0 ? undefined : hash);
  const kept = query.split("&").filter((part) => !TRACKING.test(part.split("=", 1)[0] ?? ""));
  return `${link.slice(0, question)}${kept.length > 0 ? `?${kept.join("&")}` : ""}${hash < 0 ? "" : link.slice(hash)}`;
}
