/** Reasons for which a suite may stay out of a CI run: what that machine can never have. */
const acceptedInCi = [
  /\bneeds root\b/,
  /\bruns as root\b/,
  /\brecordings are absent\b/,
  /\bnot on (Linux|macOS|Windows)\b/,
];
const mark = /\[skipped: (.+)\]$/;

/** Every skipped suite with its reason, from jest's results. A skipped test without a reason is one too. */
function skipsOf(testResults) {
  const skips = new Map();
  for (const { testResults: tests } of testResults) {
    for (const test of tests) {
      if (test.status !== 'pending' && test.status !== 'todo') continue;
      const reason = mark.exec(test.title)?.[1];
      const suite = test.ancestorTitles.join(' > ') || test.title;
      skips.set(`${suite}\n${reason ?? ''}`, { suite, reason });
    }
  }
  return [...skips.values()];
}

function complaintsOf(skips, inCi) {
  if (!inCi) return [];
  return skips
    .filter(({ reason }) => reason === undefined || !acceptedInCi.some((accepted) => accepted.test(reason)))
    .map(({ suite, reason }) => `${suite}: ${reason ?? 'skipped without a reason (use describeWith)'}`);
}

/** Prints what was skipped and why, then the totals as the last line; in CI, fails for what could have run. */
class SkipReporter {
  #filtered;
  #complaints = [];

  constructor(globalConfig) {
    // With `-t` the tests of other names are pending too.
    this.#filtered = Boolean(globalConfig.testNamePattern);
  }

  onRunComplete(_contexts, results) {
    const skips = skipsOf(results.testResults).filter(({ reason }) => reason !== undefined || !this.#filtered);
    this.#complaints = complaintsOf(skips, process.env.CI === 'true');
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const lines = [
      ...skips.map(({ suite, reason }) => `skipped: ${suite}: ${reason ?? 'no reason given'}`),
      ...this.#complaints.map((complaint) => `could have run in CI: ${complaint}`),
      `${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped`,
    ];
    // jest prints its own summary after every reporter; the totals belong behind it.
    process.once('exit', () => process.stdout.write(`\n${lines.join('\n')}\n`));
  }

  getLastError() {
    return this.#complaints.length > 0 ? new Error(`${this.#complaints.length} suites were skipped in CI`) : undefined;
  }
}

module.exports = SkipReporter;
module.exports.skipsOf = skipsOf;
module.exports.complaintsOf = complaintsOf;
