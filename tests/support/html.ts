/** Reads the HTML of the page in tests, strictly: what it does not know it reports instead of passing over it. */

export type Element = { name: string; attributes: Record<string, string>; text: string };

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

export function decodeText(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? "");
}

/** Every start tag of a document with its attributes, in order. Throws where a `<` is neither a tag nor text of ours. */
export function elementsOf(html: string): Element[] {
  const elements: Element[] = [];
  const tag = /<(?:!doctype html|\/[a-z][a-z0-9]*|([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<]*")?)*)\s*)>/giy;
  let at = html.indexOf("<");
  while (at >= 0) {
    tag.lastIndex = at;
    const match = tag.exec(html);
    if (match === null) throw new Error(`Not a tag: ${html.slice(at, at + 80)}`);
    const end = html.indexOf("<", tag.lastIndex);
    if (match[1] !== undefined) {
      const attributes: Record<string, string> = {};
      for (const [, name = "", value = ""] of (match[2] ?? "").matchAll(/([a-z-]+)(?:="([^"]*)")?/g)) attributes[name] = decodeText(value);
      elements.push({ name: match[1].toLowerCase(), attributes, text: decodeText(html.slice(tag.lastIndex, end < 0 ? undefined : end)) });
    }
    at = end;
  }
  return elements;
}

/** The words a reader sees. */
export function textOf(html: string): string {
  return decodeText(html.replace(/<[^>]*>/g, " ")).replace(/\s+/g, " ").trim();
}

/** The posts of a page, each with its whole HTML. */
export function postsOf(html: string): string[] {
  return [...html.matchAll(/<article class="card [^"]*\bpost"[\s\S]*?<\/article>/g)].map(([post]) => post);
}
