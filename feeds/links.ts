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
