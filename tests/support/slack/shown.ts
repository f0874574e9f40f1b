/** What a person gets to see of blocks. */

type Found = { texts: string[]; links: string[]; lines: string[]; signs: boolean[] };

/** Everything shown, in order: texts and fallbacks, the addresses of links, the lines behind buttons and menus, and whether each plain text may turn `:names:` into pictures. */
export function readShown(blocks: unknown): Found {
  const found: Found = { texts: [], links: [], lines: [], signs: [] };
  collect(blocks, found);
  return found;
}

function collect(value: unknown, found: Found): void {
  if (Array.isArray(value)) for (const item of value) collect(item, found);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const { type, ...rest } = value as Record<string, unknown>; // an object, and no list
  if (type === "plain_text") found.signs.push(rest["emoji"] !== false);
  for (const [key, inner] of Object.entries(rest)) {
    if (typeof inner === "string") {
      if (key === "text" || key === "fallback" || key === "alt_text") found.texts.push(inner);
      if (key === "url" || key === "image_url") found.links.push(inner);
      if (key === "value") found.lines.push(inner);
    } else collect(inner, found);
  }
}
