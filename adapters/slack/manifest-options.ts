/** What the command line says about the app to be made. */
import { OperatorError } from "../../src/operator-error.ts";
import { COMMAND_PREFIX } from "../../src/slack-settings.ts";
import type { ManifestOptions } from "./manifest.ts";
import { isOption, OPTIONS, type Option } from "./scopes.ts";

export type GivenOptions = { with?: string | undefined; without?: string | undefined; prefix?: string | undefined; http?: string | undefined };

/**
 * Lists are separated by commas. Throws `OperatorError`. `names`: of commands, as they can be left out; `usualPrefix`: from the settings, where
 * none is given.
 */
export function readManifestOptions(given: GivenOptions, names: readonly string[], usualPrefix: string | undefined): ManifestOptions {
  const prefix = given.prefix ?? usualPrefix;
  if (prefix !== undefined && prefix !== "" && !COMMAND_PREFIX.test(prefix)) throw new OperatorError("prefix_wrong");
  return {
    ...(prefix === undefined ? {} : { prefix }),
    optional: listOf(given.with).map(optionOf),
    without: listOf(given.without).map((name) => nameOf(name, names, prefix ?? "")),
    transport: given.http === undefined ? { by: "socket" } : { by: "http", address: checkAddress(given.http) },
  };
}

function listOf(text = ""): string[] {
  return text.split(",").map((word) => word.trim()).filter((word) => word !== "");
}

function optionOf(word: string): Option {
  if (!isOption(word)) throw new OperatorError("with_unknown", { known: OPTIONS.join(", ") });
  return word;
}

/** With or without the prefix and the stroke, as it stands in Slack. */
function nameOf(word: string, names: readonly string[], prefix: string): string {
  const bare = word.replace(/^\//, "");
  const found = names.find((name) => name === bare || `${prefix}${name}` === bare);
  if (found === undefined) throw new OperatorError("without_unknown", { name: bare.slice(0, 40), known: names.join(", ") });
  return found;
}

/** Slack calls https only. */
function checkAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" || url.username !== "" || url.search !== "" || url.hash !== "") throw new OperatorError("http_wrong");
  return text;
}
