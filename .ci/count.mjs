// Adds up the reports of test runs. A test that one run skipped and another ran counts once, by what it did when it ran.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder = ".", passedChecks = "0", failedChecks = "0"] = process.argv.slice(2);
/** @type {Map<string, "passed" | "failed" | "skipped">} */
const outcomes = new Map();
const rank = { skipped: 0, passed: 1, failed: 2 };
let brokenFiles = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const report = JSON.parse(readFileSync(join(folder, file), "utf8"));
  for (const suite of report.testResults) {
    if (suite.status === "failed" && suite.assertionResults.length === 0) {
      brokenFiles += 1;
      console.log(`FAILED: ${suite.name} could not be run`);
    }
    for (const test of suite.assertionResults) {
      const key = `${suite.name} ${test.fullName}`;
      const outcome = test.status === "passed" ? "passed" : test.status === "failed" ? "failed" : "skipped";
      if (rank[outcome] >= rank[outcomes.get(key) ?? "skipped"]) outcomes.set(key, outcome);
    }
  }
}
const count = (/** @type {string} */ wanted) => [...outcomes.values()].filter((outcome) => outcome === wanted).length;
for (const [key, outcome] of outcomes) if (outcome !== "passed") console.log(`${outcome}: ${key}`);
const failed = count("failed") + brokenFiles + Number(failedChecks);
console.log(`${count("passed") + Number(passedChecks)} passed, ${failed} failed, ${count("skipped")} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
