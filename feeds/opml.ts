/** Lists of feeds (OPML), read forgivingly by htmlparser2, which knows no entities of a document's own and fetches nothing. */
import { Parser } from "htmlparser2";
import type { Outline, OutlineList } from "../src/sources/list.ts";

/** What is read of a list; more is somebody's mistake or malice. */
export const MOST_OUTLINES = 500;
const LONGEST_TEXT = 2_000_000;
const LONGEST_TITLE = 200;

/** Feeds of a list in their order, each address once. */
export function readOpml(text: string): OutlineList | undefined {
  const outlines = new Map<string, Outline>();
  let isList = false;
  let isCut = text.length > LONGEST_TEXT;
  let title = "";
  let inTitle = false;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (name === "opml" || name === "outline") isList = true;
        inTitle = name === "title" && title === "";
        if (name !== "outline") return;
        // Names of attributes differ in letter case from program to program.
        const url = (attributes["xmlurl"] ?? attributes["url"] ?? "").trim();
        if (url === "" || (attributes["xmlurl"] === undefined && attributes["type"]?.toLowerCase() === "link")) return;
        if (outlines.size >= MOST_OUTLINES) {
          isCut = true;
          parser.pause();
          return;
        }
        const called = (attributes["title"] ?? attributes["text"] ?? "").replace(/\s+/g, " ").trim();
        if (!outlines.has(url)) outlines.set(url, { title: called.slice(0, LONGEST_TITLE), url });
      },
      ontext(part) {
        if (inTitle) title = `${title}${part}`.slice(0, LONGEST_TITLE);
      },
      onclosetag(name) {
        if (name === "title") inTitle = false;
      },
    },
    { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true, recognizeSelfClosing: true },
  );
  parser.write(text.slice(0, LONGEST_TEXT));
  if (outlines.size < MOST_OUTLINES) parser.end();
  return isList ? { title: title.trim(), outlines: [...outlines.values()], isCut } : undefined;
}
