import { type ArgumentScope, type ArgumentType, NOT_MINE } from "../command.ts";

/** What a source is about: topics and bodies, separated by commas. */
export const subjects: ArgumentType<string[]> = {
  name: "subjects",
  parse(words, scope) {
    const parts = words.join(" ").split(",").map((part) => part.trim()).filter((part) => part !== "");
    if (parts.length === 0) return NOT_MINE;
    const found = parts.map((part) => subjectOf(part, scope));
    const near = found.flatMap((subject) => (typeof subject === "string" ? [] : subject.near));
    if (found.some((subject) => typeof subject !== "string")) return { near };
    return { value: [...new Set(found.filter((subject) => typeof subject === "string"))], used: words.length };
  },
  print: (value) => value.join(","),
  complete(prefix, { directory, language }) {
    const start = prefix.slice(prefix.lastIndexOf(",") + 1).toLowerCase();
    const before = prefix.slice(0, prefix.lastIndexOf(",") + 1);
    return [
      ...directory.topics.map((topic) => ({ key: topic, label: topic })),
      ...directory.bodies.map(({ key }) => ({ key, label: directory.bodyName(key, language, "short") })),
    ]
      .filter(({ key }) => key.startsWith(start))
      .map(({ key, label }) => ({ value: `${before}${key}`, label }));
  },
};

function subjectOf(text: string, { directory, language }: ArgumentScope): string | { near: string[] } {
  const key = text.toLowerCase().replace(/\s+/g, "-");
  if (directory.topics.includes(key) || directory.body(key) !== undefined) return key;
  const words = text.split(/\s+/);
  const found = directory.findBody(words, language);
  if ("value" in found) return found.used === words.length ? found.value.key : { near: [found.value.key] };
  const near = directory.topics.filter((topic) => topic.startsWith(key.slice(0, 3)));
  return { near: near.length > 0 ? near : found.near };
}
