/** Schemas of strings and lists with limits, and what a schema refuses as sentences with a path. */
import { z } from "zod";
import { BLOCK_LIMITS } from "./limits.ts";

/**
 * Text of at most `most` characters. Slack does not say how it counts: UTF-16 units are never fewer than code points, so they are the stricter
 * count (and `max` of zod counts code points). Half a surrogate pair cannot be written as UTF-8 and must never be sent.
 */
export function characters(most: number, fewest = 1): z.ZodString {
  return z.string().check((context) => {
    const { length } = context.value;
    const faults = [
      length > most ? `${length} characters, at most ${most}` : undefined,
      length < fewest ? `${length} characters, at least ${fewest}` : undefined,
      context.value.isWellFormed() ? undefined : "half of a surrogate pair",
    ];
    for (const message of faults) if (message !== undefined) context.issues.push({ code: "custom", message, input: context.value });
  });
}

/** Slack takes other schemes too; Clarion links to https only. */
export const secureUrl = characters(BLOCK_LIMITS.url).refine((url) => /^https:\/\/[^\s<>|]+$/.test(url) && URL.canParse(url), "not an https address");

export function listOf<T extends z.ZodType>(item: T, most: number, fewest = 1): z.ZodArray<T> {
  return z.array(item).min(fewest).max(most);
}

/** Everything `schema` finds wrong, one sentence each: `blocks[3].elements[0].text: 76 characters, at most 75`. */
export function violationsOf(schema: z.ZodType, value: unknown, root: string): string[] {
  const parsed = schema.safeParse(value, { reportInput: true });
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => sentencesOf(issue).map((sentence) => `${pathOf(root, issue.path)}: ${sentence}`));
}

export function pathOf(root: string, keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => (typeof key === "number" ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${String(key)}`), root);
}

function sentencesOf(issue: z.core.$ZodIssue): string[] {
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => `unknown field ${key}`);
    case "too_big":
      return [`${sizeOf(issue.input)}, at most ${String(issue.maximum)}`];
    case "too_small":
      return [`${sizeOf(issue.input)}, at least ${String(issue.minimum)}`];
    case "invalid_type":
      return [issue.input === undefined ? "missing" : `not of type ${issue.expected}`];
    case "invalid_value":
      return [issue.input === undefined ? "missing" : `${shown(issue.input)} is none of ${issue.values.map(String).join(", ")}`];
    case "invalid_union":
      return [issue.discriminator === undefined ? "of no known shape" : `unknown type ${shown(issue.input)}`];
    default:
      return [issue.message];
  }
}

function sizeOf(input: unknown): string {
  return Array.isArray(input) ? `${input.length} items` : String(input);
}

function shown(input: unknown): string {
  if (typeof input === "object" && input !== null && "type" in input) return JSON.stringify(input.type);
  return input === undefined ? "(none)" : JSON.stringify(input);
}
