import { type ArgumentType, NOT_MINE } from "../command.ts";
import { type HttpsUrl, isHttps } from "../message.ts";

const LIMIT = 1_000;

/** An `https:` address without a user name or password in it. Some chats put addresses into angle brackets. */
export const url: ArgumentType<HttpsUrl> = {
  name: "url",
  parse(words) {
    const address = (words[0] ?? "").replace(/^<(.*)>$/u, "$1");
    if (address.length > LIMIT || !isHttps(address)) return NOT_MINE;
    const { username, password } = new URL(address);
    return username === "" && password === "" ? { value: address, used: 1 } : NOT_MINE;
  },
  print: (value) => value,
};
