// Adds up the reports of test runs. A file that one run left out and another ran counts by the run that ran it.
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
const wasRun = (/** @type {Suite} */ suite) => suite.status === "failed" || suite.assertionResults.some(({ status }) => status === "passed");

for (const [file, suites] of runs) {
  for (const suite of suites.some(wasRun) ? suites.filter(wasRun) : suites.slice(0, 1)) {
    if (suite.status === "failed" && suite.assertionResults.every(({ status }) => status !== "failed")) tell("failed", `${file} could not be run`);
    for (const test of suite.assertionResults) {
      if (test.status === "passed") count.passed += 1;
      else tell(test.status === "failed" ? "failed" : "skipped", `${file} ${test.fullName}`);
    }
  }
}
for (const what of unexplained) tell("failed", what);
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed > 0 ? 1 : 0;
