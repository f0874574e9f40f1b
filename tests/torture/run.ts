/**
 * `npm run torture`: kills the program at random and at chosen moments, and sets two processes on one folder. Full: 200 deaths and more
 * of each kind, more than an hour of it, most of that with a real homeserver for Matrix where one can be installed. `--short`: about 20, for every
 * change. `--seed N` repeats the same draws (what the machine does in between, it does not).
 * Ends with 1 when anything was lost, doubled, out of order or old, or when a control passed that must not.
 */
import { parseArgs } from "node:util";
import { seededChance } from "../support/clock.ts";
import { whyNoHomeserver } from "../support/matrix/install.ts";
import { tormentMatrix } from "./matrix.ts";
import { type OrdealResult, runOrdeal } from "./ordeal.ts";
import { tormentProgram } from "./program.ts";
import { runSlackOrdeal } from "./slack-ordeal.ts";
import { runSourcesOrdeal } from "./sources.ts";
import { runTwoProcesses } from "./two-processes.ts";
import type { Breach } from "./verdict.ts";

const { values } = parseArgs({ options: { short: { type: "boolean", default: false }, seed: { type: "string" } } });
const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
const chance = seededChance(seed);
const plan = values.short
  ? { lives: 2, kills: 7, controlKills: 2, programKills: 6, slackKills: 14, slackControlKills: 4, sourceKills: 20, sourceControlKills: 3, matrix: { commands: 40, commandKills: 8, postKills: 8, postRooms: 12, keyKills: 5, keySends: 5, controlKills: 3 } }
  : { lives: 4, kills: 45, controlKills: 6, programKills: 30, slackKills: 200, slackControlKills: 10, sourceKills: 200, sourceControlKills: 6, matrix: { commands: 500, commandKills: 90, postKills: 200, postRooms: 50, keyKills: 100, keySends: 200, controlKills: 4 } };

let failures = 0;
let controlsTried = 0;
const begun = performance.now();

function say(name: string, breaches: readonly Breach[], figures: string): void {
  const seconds = ((performance.now() - begun) / 1_000).toFixed(0);
  console.log(`${breaches.length === 0 ? "held  " : "BROKEN"}  ${name}: ${figures}  [${seconds} s]`);
  for (const { kind, what } of breaches.slice(0, 10)) console.log(`          ${kind}: ${what}`);
  if (breaches.length > 10) console.log(`          and ${breaches.length - 10} more`);
  if (breaches.length > 0) failures += 1;
  if (name.startsWith("control: ")) controlsTried += 1;
}

function figuresOf({ kills, figures }: OrdealResult): string {
  const ways = Object.entries(kills).map(([way, count]) => `${count} ${way}`);
  return `killed ${ways.join(", ")}; ${figures.steps} steps, ${figures.posts} posts, ${figures.edits} edits, ${figures.repeats} repeats known by their key`;
}

console.log(`Torture, ${values.short ? "short" : "full"} form, seed ${seed}`);
let deaths = 0;
for (let life = 1; life <= plan.lives; life += 1) {
  const last = life % 2 === 0 ? "/edit" : "/send";
  const result = await runOrdeal({ kills: plan.kills, variant: "whole", last, chance });
  deaths += plan.kills;
  say(`life ${life}, the last death during ${last === "/send" ? "new posts" : "edits"}`, result.breaches, figuresOf(result));
}

const controls = [
  { name: "control: a new key for each attempt", variant: "blind", last: "/send", must: "twice" },
  { name: "control: new posts drawn anew under the old key", variant: "redrawing", last: "/send", must: "old" },
  { name: "control: edits drawn anew under the old key", variant: "redrawing", last: "/edit", must: "old" },
] as const;
for (const { name, variant, last, must } of controls) {
  const result = await runOrdeal({ kills: plan.controlKills, variant, last, chance });
  const found = result.breaches.filter((breach) => breach.kind === must).length;
  const missed: Breach[] = found > 0 ? [] : [{ kind: "trouble", what: `it did not fail; found instead: ${result.breaches.map((each) => each.kind).join(" ") || "nothing"}` }];
  say(name, missed, `failed as it must, ${found} posts ${must === "twice" ? "doubled" : "left with an old text"}`);
}

const slack = [
  { name: "Slack, fifty channels, where it may read history", history: true, kills: plan.slackKills },
  { name: "Slack, fifty channels, without that scope", history: false, kills: plan.slackKills / 2 },
] as const;
for (const { name, history, kills } of slack) {
  const { breaches, figures } = await runSlackOrdeal({ kills, history, variant: "whole", chance });
  deaths += kills;
  const doubled = history ? "none twice" : `${figures.inWindow} twice, each on its way at a death or without an answer from Slack`;
  say(name, breaches, `killed ${kills}; ${figures.steps} steps, ${figures.posts} posts, ${figures.edits} edits, ${figures.lookUps} look-ups; ${doubled}`);
}
const blind = await runSlackOrdeal({ kills: plan.slackControlKills, history: true, variant: "blind", chance });
const doubledBlindly = blind.breaches.filter(({ kind }) => kind === "twice").length;
say(
  "control: Slack, repeats that look nothing up",
  doubledBlindly > 0 ? [] : [{ kind: "trouble", what: "it did not fail" }],
  `failed as it must, ${doubledBlindly} posts doubled`,
);

const polls = await runSourcesOrdeal({ kills: plan.sourceKills, variant: "whole", chance });
deaths += plan.sourceKills;
const { readings, items, edits, replies, faults } = polls.figures;
say("polling", polls.breaches, `killed ${plan.sourceKills} while it polled; ${replies} replies, ${faults} of them failing, ${readings} readings recorded, ${items} items, ${edits} edits; each item there once and told once`);
const apart = await runSourcesOrdeal({ kills: plan.sourceControlKills, variant: "apart", chance });
const lostApart = apart.breaches.filter(({ kind }) => kind === "lost").length;
say("control: what is known of a text committed before what it holds", lostApart > 0 ? [] : [{ kind: "trouble", what: "it did not fail" }], `failed as it must, ${lostApart} items lost`);

const whyNoMatrix = await whyNoHomeserver();
if (whyNoMatrix === undefined) {
  for await (const { name, breaches, figures, deaths: died } of tormentMatrix(plan.matrix, chance)) {
    deaths += died;
    say(name, breaches, figures);
  }
} else console.log(`SKIPPED: NOTHING OF MATRIX WAS TORTURED. ${whyNoMatrix}`);

const program = await tormentProgram({ kills: plan.programKills, chance });
deaths += program.figures.kills;
say("the program with its page", program.breaches, `killed ${program.figures.kills}; ${program.figures.lines} lines from another process, ${program.figures.posts} posts on the page`);

const two = await runTwoProcesses(500);
const waits = two.rounds.map(({ alone, beside, bystander }) => `${beside} ms beside the terminal (${alone} ms alone; ${bystander} ms in a program that does nothing, meanwhile)`);
say(
  "two processes on one folder",
  two.breaches,
  `${two.commands} commands in ${two.seconds.toFixed(1)} s, ${two.ticks} ticks, ${two.edits} edits; longest wait of the server ${waits.join("; ")}`,
);

console.log(`${deaths} deaths and ${controlsTried} controls: ${failures === 0 ? "nothing lost, nothing twice, everything newest" : `${failures} broken`}`);
// The Matrix library would keep the process for another minute.
process.exit(failures === 0 ? 0 : 1);
