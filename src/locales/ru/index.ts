import common from "./common.json" with { type: "json" };
import errors from "./errors.json" with { type: "json" };
import argumentTexts from "./arguments.json" with { type: "json" };
import commands from "./commands.json" with { type: "json" };
import deadlines from "./deadlines.json" with { type: "json" };
import rooms from "./rooms.json" with { type: "json" };
import calls from "./calls.json" with { type: "json" };
import sources from "./sources.json" with { type: "json" };
import rules from "./rules.json" with { type: "json" };
import bodies from "./bodies.json" with { type: "json" };
import page from "./page.json" with { type: "json" };
import slack from "./slack.json" with { type: "json" };
import matrix from "./matrix.json" with { type: "json" };
import console from "./console.json" with { type: "json" };

export const catalogue: Readonly<Record<string, string>> = { ...common, ...errors, ...argumentTexts, ...commands, ...deadlines, ...rooms, ...calls, ...sources, ...rules, ...bodies, ...page, ...slack, ...matrix, ...console };
