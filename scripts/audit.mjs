// `npm run audit`: known advisories of what we pack. Fails with one; says why where the registry can't be asked.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** For tests only, though it is packed: electron-builder takes Electron itself. */
const packedBesides = ['electron'];

function packedNames() {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const names = Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  return new Set([...names, ...packedBesides]);
}

/** What npm says of all that package-lock.json has; or why it says nothing. */
function askRegistry() {
  // One try: whoever has no network waits for no second one.
  const args = ['audit', '--json', '--package-lock-only', '--fetch-retries=0', '--fetch-timeout=60000'];
  const { stdout, error } = spawnSync('npm', args, { encoding: 'utf8', shell: process.platform === 'win32' });
  if (error) return { why: error.message };
  try {
    const answer = JSON.parse(stdout);
    if (answer.auditReportVersion === 2) return { vulnerabilities: answer.vulnerabilities };
    return { why: (answer.message ?? answer.error?.summary ?? 'it gave no report').split(/ - |\n/)[0] };
  } catch {
    return { why: 'npm gave no report' };
  }
}

/** One line each: the name, how bad, and what about. */
function told({ name, severity, via }) {
  const causes = via.map((cause) =>
    typeof cause === 'string' ? `by ${cause}` : `${cause.title} (${cause.url})`,
  );
  return `${name}, ${severity}: ${causes.join('; ')}`;
}

function audit() {
  const { why, vulnerabilities } = askRegistry();
  if (why !== undefined) {
    const reason = `the registry can't be asked about advisories: ${why}`;
    console.log(`skipped: ${reason}`);
    return { counts: { passed: 0, failed: 0, skipped: 1 }, failures: [], reason };
  }
  const packed = packedNames();
  const found = Object.values(vulnerabilities).map((each) => ({ ...each, isPacked: packed.has(each.name) }));
  for (const each of found) console.log(`${each.isPacked ? 'PACKED' : 'not packed'}: ${told(each)}`);
  const failures = found
    .filter(({ isPacked }) => isPacked)
    .map((each) => ({ title: `${each.name} has a known advisory`, message: told(each) }));
  console.log(`${failures.length} of what is packed, ${found.length - failures.length} of other packages.`);
  return { counts: { passed: failures.length === 0 ? 1 : 0, failed: failures.length, skipped: 0 }, failures };
}

const report = audit();
if (process.env.LANE_REPORT) writeFileSync(process.env.LANE_REPORT, JSON.stringify(report));
process.exitCode = report.counts.failed === 0 ? 0 : 1;
