// Adds up the reports of test runs. A file that is in several counts once, by the run that ran most of it; what failed in another counts too.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {{ status: string; fullName: string; failureMessages?: string[] }} Test */
/** @typedef {{ name: string; status: string; assertionResults: Test[] }} Suite */

const [folder = ".", passedChecks = "0", failedChecks = "0"] = process.argv.slice(2);
/** @type {Map<string, Suite[]>} */
const runs = new Map();
/** @type {string[]} */
const unexplained = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  /** @type {{ testResults: Suite[] }} */
  const report = JSON.parse(readFileSync(join(folder, file), "utf8"));
  for (const suite of report.testResults) runs.set(suite.name, [...(runs.get(suite.name) ?? []), suite]);
  // A type error, or an error outside any test.
  const code = readFileSync(join(folder, file.replace(/json$/, "code")), "utf8").trim();
  if (code !== "0" && report.testResults.every(({ status }) => status !== "failed")) unexplained.push(`${file} ended with code ${code}`);
}

const count = { passed: Number(passedChecks), failed: Number(failedChecks), skipped: 0 };
/** @param {"failed" | "skipped"} outcome @param {string} what */
const tell = (outcome, what) => {
  count[outcome] += 1;
  console.log(`${outcome}: ${what}`);
};
const ranIn = (/** @type {Suite} */ suite) => suite.assertionResults.filter(({ status }) => status === "passed" || status === "failed").length;
const failedIn = (/** @type {Suite} */ suite) => suite.assertionResults.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);

for (const [file, suites] of runs) {
  const [most, ...others] = suites.toSorted((one, other) => ranIn(other) - ranIn(one));
  const failedElsewhere = new Set(others.flatMap(failedIn));
  for (const test of most?.assertionResults ?? []) {
    const isFailed = failedElsewhere.delete(test.fullName) || test.status === "failed";
    if (isFailed) tell("failed", `${file} ${test.fullName}`);
    else if (test.status === "passed") count.passed += 1;
    else tell("skipped", `${file} ${test.fullName}`);
  }
  for (const name of failedElsewhere) tell("failed", `${file} ${name}`);
  if (suites.some((suite) => suite.status === "failed" && failedIn(suite).length === 0)) tell("failed", `${file} could not be run`);
}
for (const what of unexplained) tell("failed", what);
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed > 0 ? 1 : 0;
