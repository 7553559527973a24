// Sums what vitest wrote (--reporter=json); names every test that was skipped or failed, the failed ones with the
// first lines of their messages: these are the last lines of a run, the only ones that a cut log is sure to keep.
//
//   node tools/test-results.mjs results.json [more.json]
//
// A test is skipped when what it needs is not there: a browser, a BLAS, data beside the repository.
// With CI=true a skip fails the run, because the machine was set up to have everything; only data
// that does not come with the project (a name that mentions "shared/data") may be absent there too, and packages of which a
// name says "where pyspark is installed": engines of hundreds of megabytes that one how-to is for.
import { existsSync, readFileSync } from "node:fs";

const mayBeAbsent = /\bshared\/data\b|\bwhere \w+ is installed\b/;
const inCi = process.env.CI === "true";

let passed = 0;
let failed = 0;
const skipped = [];
const failures = [];
const firstLines = (message) => (message ?? "").split("\n").slice(0, 6).join("\n  ");
for (const file of process.argv.slice(2)) {
  if (!existsSync(file)) {
    console.log(`no results in ${file}: the run ended before it wrote any`);
    failed += 1;
    continue;
  }
  const results = JSON.parse(readFileSync(file, "utf8"));
  passed += results.numPassedTests;
  failed += results.numFailedTests;
  for (const suite of results.testResults) {
    // A file that could not be loaded has no tests of its own to count.
    if (suite.status === "failed" && suite.assertionResults.length === 0) {
      failed += 1;
      failures.push(`${suite.name}\n  ${firstLines(suite.message)}`);
    }
    for (const test of suite.assertionResults) {
      if (["skipped", "pending", "todo", "disabled"].includes(test.status))
        skipped.push(test.fullName);
      if (test.status === "failed")
        failures.push(
          `${test.fullName} (${suite.name})\n  ${firstLines(test.failureMessages?.[0])}`,
        );
    }
  }
}

for (const failure of failures) console.log(`failed: ${failure}`);
for (const name of skipped) console.log(`skipped: ${name}`);
const wrong = inCi ? skipped.filter((name) => !mayBeAbsent.test(name)) : [];
if (wrong.length > 0) {
  console.log(`CI=true: ${wrong.length} skipped tests count as failed`);
  failed += wrong.length;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
