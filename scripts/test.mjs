// `npm test`: every lane one after another, then all failures once more and one line that counts everything. Names of lanes as arguments run those only.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { installDebianPackages } from './debian-packages.mjs';
import { readPlaywright, readStatus, readVitest } from './lane-reports.mjs';

// Also when it is started without npm: the project's own Node and tools come first.
process.env.PATH = `${resolve('node_modules/.bin')}${delimiter}${process.env.PATH}`;

const results = 'test-results';
const check = (name, command) => ({ name, command, read: readStatus });
const vitest = (name) => ({
  name,
  command: `vitest run --project ${name} --reporter=default --reporter=./scripts/vitest-report.mjs`,
  env: { LANE_REPORT: resolve(`${results}/${name}.json`) },
  read: readVitest,
});
const playwright = (name, config) => ({
  name,
  command: `playwright test --config ${config} --reporter=list,json`,
  // Absolute: Playwright takes relative names from its configuration's folder.
  env: { PLAYWRIGHT_JSON_OUTPUT_NAME: resolve(`${results}/${name}.json`) },
  read: readPlaywright,
});

const lanes = [
  check('build', 'node scripts/build.mjs'),
  check('typecheck', 'npm run --silent typecheck'),
  check('lint', 'npm run --silent lint'),
  check('unused', 'npm run --silent unused'),
  {
    name: 'audit',
    command: 'npm run --silent audit',
    env: { LANE_REPORT: resolve(`${results}/audit.json`) },
    read: readVitest,
  },
  vitest('unit'),
  vitest('boringssl'),
  vitest('interop'),
  { ...vitest('peers'), tree: 'peers' },
  vitest('package'),
  vitest('wine'),
  playwright('pages', 'tests/renderer/playwright.config.ts'),
  playwright('e2e', 'tests/e2e/playwright.config.ts'),
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !lanes.some((lane) => lane.name === name));
if (unknown.length > 0) {
  console.error(`No such lane: ${unknown.join(', ')}. Lanes: ${lanes.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const isWanted = ({ name }) => wanted.length === 0 || wanted.includes(name);

/** Resolves with the reason why a lane's tree of packages can't be had. The package mirror takes a minute, in which other lanes run. */
async function startTree(name) {
  const child = spawn(process.execPath, ['scripts/debian-tree.mjs', name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  const [status] = await once(child, 'close');
  return status === 0 ? undefined : printed.trim() || 'its tree could not be made: see above';
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results);
installDebianPackages();
const trees = Object.fromEntries(
  lanes.filter((lane) => lane.tree && isWanted(lane)).map(({ tree }) => [tree, startTree(tree)]),
);

const total = { passed: 0, failed: 0, skipped: 0 };
const summary = [];
for (const { name, command, env, read, tree } of lanes.filter(isWanted)) {
  console.log(`\n== ${name}`);
  const startMs = Date.now();
  const problem = await trees[tree];
  if (problem !== undefined) {
    const line = `== ${name}: 0 passed, 0 failed, 1 skipped (skipped: ${problem})`;
    console.log(line);
    summary.push(line);
    total.skipped += 1;
    continue;
  }
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit', env: { ...process.env, ...env } });
  const { counts, failures, reason } = read(status, `${results}/${name}.json`);
  for (const key of Object.keys(total)) total[key] += counts[key];
  const seconds = ((Date.now() - startMs) / 1000).toFixed(1);
  const why = reason === undefined ? '' : ` (skipped: ${reason})`;
  const line = `== ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds} s${why}`;
  console.log(line);
  summary.push(line, ...failures.map(({ title, message }) => `FAILED ${title}\n${message}`));
}

// Once more at the end, where it is seen also by whoever has only the last page of the output.
console.log(`\n${summary.join('\n')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
