// `npm test`: every lane one after another, then one line that counts them all. Names of lanes as arguments run those only.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { installDebianPackages } from './debian-packages.mjs';

// Also when it is started without npm: the project's own Node and tools come first.
process.env.PATH = `${resolve('node_modules/.bin')}${delimiter}${process.env.PATH}`;

const results = 'test-results';
const check = (name, command) => ({ name, command, count: countCheck });
const vitest = (name) => ({
  name,
  command: `vitest run --project ${name} --reporter=default --reporter=json --outputFile.json=${results}/${name}.json`,
  count: countVitest,
});
const playwright = (name, config) => ({
  name,
  command: `playwright test --config ${config} --reporter=list,json`,
  // Absolute: Playwright takes relative names from its configuration's folder.
  env: { PLAYWRIGHT_JSON_OUTPUT_NAME: resolve(`${results}/${name}.json`) },
  count: countPlaywright,
});

const lanes = [
  check('build', 'node scripts/build.mjs'),
  check('typecheck', 'npm run --silent typecheck'),
  check('lint', 'npm run --silent lint'),
  check('unused', 'npm run --silent unused'),
  vitest('unit'),
  vitest('boringssl'),
  vitest('interop'),
  vitest('wine'),
  playwright('pages', 'tests/renderer/playwright.config.ts'),
  playwright('e2e', 'tests/e2e/playwright.config.ts'),
];

function countCheck(status) {
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
}

/** A lane that ended badly has failed at least once, whatever its report says. */
function atLeastOneFailure(status, counts) {
  return status === 0 ? counts : { ...counts, failed: Math.max(1, counts.failed) };
}

function readReport(name) {
  try {
    return JSON.parse(readFileSync(`${results}/${name}.json`, 'utf8'));
  } catch {
    return undefined;
  }
}

function countVitest(status, name) {
  const report = readReport(name);
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests } = report;
  return atLeastOneFailure(status, {
    passed: numPassedTests,
    failed: numFailedTests,
    skipped: numPendingTests,
  });
}

function countPlaywright(status, name) {
  const report = readReport(name);
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const { expected, unexpected, flaky, skipped } = report.stats;
  return atLeastOneFailure(status, { passed: expected, failed: unexpected + flaky, skipped });
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !lanes.some((lane) => lane.name === name));
if (unknown.length > 0) {
  console.error(`No such lane: ${unknown.join(', ')}. Lanes: ${lanes.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results);
installDebianPackages();

const total = { passed: 0, failed: 0, skipped: 0 };
for (const { name, command, env, count } of lanes) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  const startMs = Date.now();
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit', env: { ...process.env, ...env } });
  const counts = count(status, name);
  for (const key of Object.keys(total)) total[key] += counts[key];
  const seconds = ((Date.now() - startMs) / 1000).toFixed(1);
  console.log(
    `== ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds} s`,
  );
}

console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
