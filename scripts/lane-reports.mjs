// What a lane's test runner reported: how many tests passed, failed and were skipped, and what went wrong.
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const longestMessage = 20;

/** As much of an error as fits a summary. */
const shortened = (message) =>
  stripVTControlCharacters(message).trim().split('\n').slice(0, longestMessage).join('\n');

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A lane that ended badly has failed at least once, whatever its report says. */
function atLeastOneFailure(status, report) {
  const { counts, failures } = report;
  if (status === 0 || counts.failed > 0) return report;
  const message = 'ended with an error outside its tests, or without a report: see its output';
  return {
    counts: { ...counts, failed: 1 },
    failures: [...failures, { title: `exit status ${status}`, message }],
  };
}

const nothing = { counts: { passed: 0, failed: 0, skipped: 0 }, failures: [] };

/** A lane that is one command: it passes or not. */
export function readStatus(status) {
  if (status !== 0) return atLeastOneFailure(status, nothing);
  return { counts: { passed: 1, failed: 0, skipped: 0 }, failures: [] };
}

/** As vitest-report.mjs wrote it. */
export function readVitest(status, path) {
  const report = readReport(path);
  if (!report) return atLeastOneFailure(status || 1, nothing);
  const failures = report.failures.map(({ title, message }) => ({ title, message: shortened(message) }));
  return atLeastOneFailure(status, { ...report, failures });
}

export function readPlaywright(status, path) {
  const report = readReport(path);
  if (!report) return atLeastOneFailure(status || 1, nothing);
  const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];
  const failures = report.suites.flatMap(specsOf).flatMap(({ ok, file, title, tests }) => {
    if (ok) return [];
    const errors = tests.flatMap(({ results }) => results).flatMap((result) => result.errors);
    return [
      { title: `${file} › ${title}`, message: shortened(errors.map((error) => error.message).join('\n')) },
    ];
  });
  const { expected: passed, unexpected, flaky, skipped } = report.stats;
  return atLeastOneFailure(status, { counts: { passed, failed: unexpected + flaky, skipped }, failures });
}
