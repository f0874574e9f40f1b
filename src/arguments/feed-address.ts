import { type ArgumentType, NOT_MINE } from "../command.ts";

const LONGEST = 1_000;

/** The address of a feed, or its id in the shipped directory: http or https, without a name and password, which would be stored in clear. */
export const feedAddress: ArgumentType<string> = {
  name: "feed-address",
  parse(words, { directory }) {
    const listed = directory.listings.find(({ id, format }) => id === words[0]?.toLowerCase() && format !== "html-only");
    if (listed !== undefined) return { value: listed.url, used: 1 };
    // Chats put angle brackets around addresses, and phones leave out the scheme.
    const word = (words[0] ?? "").replace(/^<|>$/g, "");
    const address = /^[a-z][a-z\d+.-]*:/i.test(word) && !/^[^/:]+:\d/.test(word) ? word : `https://${word}`;
    if (address.length > LONGEST || !URL.canParse(address) || !/[.:\]]/.test(word)) return NOT_MINE;
    const url = new URL(address);
    if ((url.protocol !== "https:" && url.protocol !== "http:") || url.username !== "" || url.password !== "") return NOT_MINE;
    url.hash = "";
    return { value: url.href, used: 1 };
  },
  print: (value) => value,
  complete(prefix, { directory }) {
    const start = prefix.toLowerCase();
    const open = directory.listings.filter(({ format }) => format !== "html-only");
    return open.filter(({ id, publisher }) => id.startsWith(start) || publisher.toLowerCase().startsWith(start)).map(({ id, publisher, title }) => ({ value: id, label: `${publisher}: ${title}` }));
  },
};

/**
 * Whether an address is private as anybody can see: a number, a name without a dot, or a name kept for inside. This only spares
 * people a wait; the fetch itself judges what a name leads to.
 */
export function isPlainlyPrivate(address: string): boolean {
  const { hostname, port } = new URL(address);
  if (port !== "" || hostname.startsWith("[") || !hostname.includes(".")) return true;
  return /^[\d.]+$/.test(hostname) || /\.(?:local|localhost|internal|lan|home|intranet|arpa)\.?$/.test(hostname);
}
