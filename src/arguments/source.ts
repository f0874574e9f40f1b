import { type ArgumentType, NOT_MINE } from "../command.ts";
import { hostOf, listSources } from "../sources/sources.ts";

/** A source that is followed, by its id, its address or its host. */
export const sourceArgument: ArgumentType<string> = {
  name: "source",
  async parse(words, scope) {
    const word = (words[0] ?? "").toLowerCase();
    if (word === "") return NOT_MINE;
    const sources = await listSources(scope.db);
    const exact = sources.find((source) => source.id === word || source.url.toLowerCase() === word);
    if (exact !== undefined) return { value: exact.id, used: 1 };
    const ofHost = sources.filter((source) => hostOf(source.url) === word.replace(/^www\./, ""));
    if (ofHost.length === 1 && ofHost[0] !== undefined) return { value: ofHost[0].id, used: 1 };
    const near = ofHost.length > 0 ? ofHost : sources.filter((source) => source.id.startsWith(word.slice(0, 3)));
    return { near: near.map((source) => source.id) };
  },
  print: (value) => value,
  async complete(prefix, scope) {
    const start = prefix.toLowerCase();
    const sources = await listSources(scope.db);
    return sources.filter((source) => source.id.startsWith(start)).map((source) => ({ value: source.id, label: source.title }));
  },
};
