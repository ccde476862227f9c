// What of this machine the agent and ssh rely on: files and who may write to them, the clock, Node.js.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { whoElseMayWrite } from '../../../ipc/posix/files/trusted-place.ts';
import { foreignName } from '../../../text/foreign-text.ts';
import { systemErrorInWords } from '../../../text/system-error.ts';
import { newerVersions, oldVersion, type ThisVersion, versionAge } from '../../../text/version-age.ts';
import { cliPath } from '../../programs/cli-path.ts';
import { thisVersion } from '../../programs/this-version.ts';
import { hostFiles } from '../../stored/hosts/host-files.ts';
import { personDir } from '../../stored/person-dir.ts';
import { createPolicyJsonFile } from '../../stored/policy-json-file.ts';
import { rulesPast } from '../../stored/rules-state.ts';
import { defaultKeyFiles } from '../parts/key-files/default-keys.ts';
import { type Finding, fine, problem, skipped } from './check.ts';

const isWindows = process.platform === 'win32';

/** As package.json has it. */
export const wantedNode = '20.19';

export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly nodeVersion: string;
  readonly version: ThisVersion;
}

export const thisMachine = (env: NodeJS.ProcessEnv): Machine => ({
  env,
  home: homedir(),
  now: Date.now(),
  nodeVersion: process.versions.node,
  version: thisVersion,
});

function checkFolder({ env, home }: Machine): Finding {
  const what = { id: 'folder', title: 'Our folder' };
  const folder = personDir(process.platform, env, home);
  if (!existsSync(folder)) return skipped(what, `${foreignName(folder)} is not there yet.`);
  const reason = whoElseMayWrite(join(folder, 'rules.json'));
  if (reason === undefined) return fine(what, `Nobody else may write to ${foreignName(folder)}.`);
  return problem(what, `Others may write to ${foreignName(folder)}, so it is not used.`, reason);
}

/** By the reader that the agent has, which tells its log what it does not understand. */
function checkRules({ env, home }: Machine): Finding {
  const what = { id: 'rules', title: 'Rules' };
  const folder = personDir(process.platform, env, home);
  const path = join(folder, 'rules.json');
  if (!existsSync(path) && rulesPast(folder).wereStored)
    return problem(
      what,
      `${foreignName(path)} is gone, so an agent asks you about each use from its start on.`,
      'Put it back, or choose anew when to be asked: sallyport rules ask LEVEL',
    );
  if (!existsSync(path)) return fine(what, 'There are none of yours: keys are used as the level says.');
  const problems: string[] = [];
  createPolicyJsonFile(path, (line) => problems.push(line)).load();
  if (problems.length === 0) return fine(what, `${foreignName(path)} is read without complaint.`);
  return problem(what, problems.join(' '), `Mend ${foreignName(path)}; until then you are asked.`);
}

function checkKnownHosts({ env, home }: Machine): Finding {
  const what = { id: 'known-hosts', title: 'Known hosts' };
  const files = hostFiles(process.platform, env, home).knownHosts.filter((path) => existsSync(path));
  if (files.length === 0) return skipped(what, 'There is no known_hosts, so hosts are told by fingerprint.');
  for (const path of files) {
    try {
      accessSync(path, constants.R_OK);
    } catch (error: unknown) {
      const { code }: NodeJS.ErrnoException = error as Error;
      const why = `${foreignName(path)} can’t be read (${systemErrorInWords(code)}).`;
      return problem(what, why, 'Check its permissions: names of hosts in prompts come from there.');
    }
  }
  return fine(what, `${files.map((path) => foreignName(path)).join(', ')} can be read.`);
}

const octal = (mode: number) => (mode & 0o777).toString(8);

/** ssh and ssh-add use no key file that others may read. */
function checkKeyFiles({ home }: Machine): Finding {
  const what = { id: 'key-files', title: 'Key files' };
  const files = defaultKeyFiles(home);
  if (files.length === 0) return skipped(what, 'There is no key with a usual name in ~/.ssh.');
  const names = files.map((path) => basename(path)).join(', ');
  if (isWindows) return skipped(what, `There is ${names}; who may read them is for Windows to say.`);
  const open = files.filter((path) => (statSync(path).mode & 0o077) !== 0);
  if (open.length === 0) return fine(what, `${names}: yours alone.`);
  const told = open.map((path) => `${basename(path)} (mode ${octal(statSync(path).mode)})`).join(', ');
  return problem(
    what,
    `Others may read ${told}. ssh-add does not take such a file.`,
    `chmod 600 ${open.map((path) => `~/.ssh/${basename(path)}`).join(' ')}`,
  );
}

/** Against the one time that we know to be over: that of our own program. */
function checkClock({ now, version: { madeOn } }: Machine): Finding {
  const what = { id: 'clock', title: 'The clock' };
  // npm gives files the time of their installation, which is by this very clock.
  const made =
    madeOn === undefined ? (statSync(cliPath, { throwIfNoEntry: false })?.mtimeMs ?? 0) : Date.parse(madeOn);
  const day = 24 * 3_600_000;
  const told = new Date(now).toISOString().slice(0, 10);
  if (now > made - day) return fine(what, `It says ${told}, which may be so.`);
  const why = `It says ${told}, before this program was made. Certificates are judged by it.`;
  return problem(what, why, 'Set the clock of this computer.');
}

function checkNode({ nodeVersion }: Machine): Finding {
  const what = { id: 'node', title: 'Node.js' };
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wantedNode.split('.').map(Number);
  const isNewEnough = major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  if (isNewEnough) return fine(what, `Version ${nodeVersion}.`);
  return problem(what, `Version ${nodeVersion} is too old.`, `Install ${wantedNode} or later.`);
}

function checkVersion({ version, now }: Machine): Finding {
  const what = { id: 'version', title: 'This version' };
  const old = oldVersion(version, now);
  if (old !== undefined) return problem(what, old, newerVersions(version));
  const { madeOn } = version;
  if (madeOn === undefined) return skipped(what, `It is ${version.version}, and does not know of which day.`);
  const age = versionAge(madeOn, now);
  return fine(what, `It is ${version.version} of ${madeOn}${age === undefined ? '' : `, ${age}`}.`);
}

/** Changes nothing. */
export function checkMachine(machine: Machine): readonly Finding[] {
  return [checkFolder, checkRules, checkKnownHosts, checkKeyFiles, checkClock, checkNode, checkVersion].map(
    (check) => check(machine),
  );
}
