// The closing line of a CI run: checks and the tests of every Jest report given, added up. Arguments: checks passed,
// checks failed, report files. A report that cannot be read counts as one failure.
import { existsSync, readFileSync } from 'node:fs';

const [passedChecks, failedChecks, ...reports] = process.argv.slice(2);
const total = { passed: Number(passedChecks), failed: Number(failedChecks), skipped: 0 };
for (const file of reports.filter((name) => existsSync(name))) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
    total.skipped += report.numPendingTests + report.numTodoTests;
  } catch {
    total.failed += 1;
  }
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
