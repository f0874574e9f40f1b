/** The verbs of the terminal that read JSON lines, run as anybody runs them. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";

const START = path.join(import.meta.dirname, "..", "..", "start.mjs");

export type Answers = { lines: unknown[]; milliseconds: number };

/** One answer for each question, in order. A string says why there are none, such as a verb that this version does not have. */
export async function askVerb(verb: string, questions: readonly object[]): Promise<Answers | string> {
  const began = performance.now();
  const child = spawn(process.execPath, [START, verb, "--batch"], { stdio: ["pipe", "pipe", "pipe"] });
  // A verb that is not there ends before it has read anything.
  child.stdin.on("error", () => {});
  child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(""));
  const [said, complained, ended] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  const milliseconds = performance.now() - began;
  if (ended[0] !== 0) return `\`${verb} --batch\` ended with ${String(ended[0])}: ${complained.split("\n")[0] ?? ""}`;
  const answers = said.split("\n").filter((line) => line !== "");
  if (answers.length !== questions.length) return `\`${verb} --batch\` gave ${answers.length} lines for ${questions.length}`;
  return { lines: answers.map((line): unknown => JSON.parse(line)), milliseconds };
}
