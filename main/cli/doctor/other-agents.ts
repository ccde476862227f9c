// What may stand between programs and the agent: another program at OpenSSH's pipe, a signer of Git's that asks another
// agent, lines about agents in ssh's settings, an old PuTTY.
import { win32 } from 'node:path';
import {
  howToFreeOpensshPipe,
  nameOfPipeHolder,
  OPENSSH_PIPE_NAME,
} from '../../../ipc/transports/pipes/openssh-pipe.ts';
import type { PipeHolder } from '../../../ipc/win32/pipes/pipe-holder.ts';
import { foreignName, insideQuotes } from '../../../text/foreign-text.ts';
import { effectiveValue, findGit } from '../../set-up/changes/git-settings.ts';
import type { Surroundings } from '../../set-up/changes/surroundings.ts';
import { hasOurLines, ownAgentLines } from '../../set-up/programs/ssh-settings.ts';
import type { SeenAgent } from '../status/look-at-agent.ts';
import { type Finding, fine, problem, skipped } from './check.ts';

const quoted = (text: string) => `“${insideQuotes(text, 200)}”`;

/** Who serves OpenSSH's pipe, which Windows' ssh asks when it is told nothing; `holder` is undefined where nobody does. */
export function checkOpensshPipe(holder: PipeHolder | undefined, ours: SeenAgent | undefined): Finding {
  const what = { id: 'openssh-pipe', title: 'OpenSSH’s pipe' };
  if (holder === undefined)
    return skipped(what, `Nobody listens at ${OPENSSH_PIPE_NAME}, or it can’t be learnt who does.`);
  const door = ours?.doors?.find(({ name }) => name === 'openssh-pipe');
  if (door?.status === 'listening' || holder.pid === ours?.process?.pid)
    return fine(what, `Sallyport listens at ${OPENSSH_PIPE_NAME}.`);
  const known = nameOfPipeHolder(holder);
  const program = holder.executable === undefined ? 'another program' : quoted(holder.executable);
  const who = known === undefined ? program : `${known} (${program})`;
  return problem(
    what,
    `${who}, process ${holder.pid}, listens at ${OPENSSH_PIPE_NAME}: ssh and Git of Windows ask it, and not Sallyport.`,
    howToFreeOpensshPipe(holder),
  );
}

const signers: Readonly<Record<string, string>> = {
  'op-ssh-sign': '1Password',
  'op-ssh-sign-wsl': '1Password',
};

/** Who makes Git's SSH signatures: ssh-keygen asks an agent, others ask whom they like. */
export async function checkGitSigning(around: Surroundings): Promise<Finding> {
  const what = { id: 'git-signing', title: 'Git’s signatures' };
  if (findGit(around) === undefined) return skipped(what, 'Git is not installed.');
  if ((await effectiveValue(around, 'gpg.format'))?.value !== 'ssh')
    return skipped(what, 'Git does not sign by SSH keys: gpg.format is not “ssh”.');
  const set = await effectiveValue(around, 'gpg.ssh.program');
  const keygen = win32.join(
    around.env['SystemRoot'] ?? 'C:\\Windows',
    'System32',
    'OpenSSH',
    'ssh-keygen.exe',
  );
  const isWindows = around.platform === 'win32';
  const remedy = isWindows
    ? `git config --global gpg.ssh.program "${keygen.replaceAll('\\', '/')}"`
    : 'git config --global --unset gpg.ssh.program';
  if (set === undefined && isWindows && !around.env['SSH_AUTH_SOCK'])
    return problem(
      what,
      'Git signs by an ssh-keygen of its own, which can’t ask Sallyport on Windows unless SSH_AUTH_SOCK names its socket.',
      remedy,
    );
  if (set === undefined) return fine(what, 'Git signs by ssh-keygen, which asks the agent.');
  const program = (win32
    .basename(set.value)
    .toLowerCase()
    .match(/^[^.]*/) ?? [''])[0];
  const says = `as ${foreignName(set.origin)} says`;
  if (program === 'ssh-keygen') return fine(what, `Git signs by ${quoted(set.value)}, ${says}.`);
  const asks = signers[program] ?? 'an agent of its own, or none';
  return problem(
    what,
    `Git signs by ${quoted(set.value)}, ${says}. That asks ${asks}, so that no key of Sallyport signs there.`,
    remedy,
  );
}

/** Variables by which Git, and what starts it, run another ssh than that which was set up. */
export function checkGitVariables({ env }: Surroundings): Finding {
  const what = { id: 'git-variables', title: 'Git’s variables' };
  const set = ['GIT_SSH_COMMAND', 'GIT_SSH'].flatMap((name) =>
    env[name] ? [[name, env[name]] as const] : [],
  );
  if (set.length === 0) return fine(what, 'GIT_SSH and GIT_SSH_COMMAND are not set.');
  const told = set.map(([name, value]) => `${name} is ${quoted(value)}`).join(', ');
  const isPlink = set.some(([, value]) => /plink/i.test(value));
  if (isPlink && set.length === 1)
    return fine(what, `${told}: Git logs in by PuTTY, which finds Sallyport as it finds Pageant.`);
  return problem(
    what,
    `${told}. It counts before Git’s settings, so that Git may ask another agent.`,
    `Take ${set.map(([name]) => name).join(' and ')} out of the environment, unless you set it for a reason.`,
  );
}

/** For some hosts ssh may be told of another agent, which a look at any host doesn't show. */
export function checkSshLines(around: Surroundings): Finding {
  const what = { id: 'ssh-lines', title: 'Agents in ssh’s settings' };
  const plain = (text: string) => text.replaceAll('/', '\\').toLowerCase();
  const ours = ['unix-socket', 'openssh-pipe', 'own-pipe'].map((door) => around.addressOf(door));
  const lines = ownAgentLines(around).filter(
    (line) =>
      !/identityagent[\s=]+"?SSH_AUTH_SOCK"?”$/i.test(line) &&
      !ours.some((address) => address !== undefined && plain(line).includes(plain(address))),
  );
  if (lines.length === 0) return fine(what, 'No line of yours in .ssh/config names another agent.');
  return hasOurLines(around)
    ? fine(what, 'Sallyport’s line in .ssh/config comes before yours about agents.')
    : problem(
        what,
        `In .ssh/config ${lines.join('; ')} may send ssh to another agent, for all hosts or for those of its block.`,
        'sallyport set-up ssh --show says what would put Sallyport first; or take that line out.',
      );
}

/** From this one on PuTTY's programs ask by Pageant's pipe; older ones by its window alone. */
const firstWithPipe = 75;

/** How PuTTY's programs ask, by the version that plink says it is. */
export async function checkPuttyVersion(around: Surroundings): Promise<Finding> {
  const what = { id: 'putty-version', title: 'PuTTY’s version' };
  const folders =
    around.platform === 'win32' ? [around.env['ProgramFiles'], around.env['ProgramFiles(x86)']] : [];
  const paths = folders.flatMap((folder) => (folder ? [win32.join(folder, 'PuTTY', 'plink.exe')] : []));
  const plink = [...paths, 'plink'].map((path) => around.find(path)).find((path) => path !== undefined);
  if (plink === undefined) return skipped(what, 'plink is not installed.');
  const { output } = await around.run(plink, ['-V'], { timeoutMs: 3000 });
  const [, release, minor] = /Release (\d+\.(\d+))/.exec(output) ?? [];
  if (release === undefined) return skipped(what, `${foreignName(plink)} does not say which version it is.`);
  const isOld = release.startsWith('0.') && Number(minor) < firstWithPipe;
  if (around.platform !== 'win32' || !isOld)
    return fine(what, `${foreignName(plink)} is of version ${release}.`);
  return problem(
    what,
    `${foreignName(plink)} is of version ${release}, which reaches Sallyport by its window for older programs alone, and sees no key there that needs a question unless you allow that.`,
    'Install PuTTY 0.75 or later. It has many faults less.',
  );
}

/** Of all that may stand between. Changes nothing, and never rejects for what the person can see to. */
export async function checkOtherAgents(
  around: Surroundings,
  ours: SeenAgent | undefined,
): Promise<readonly Finding[]> {
  const isWindows = around.platform === 'win32';
  const findHolder = async () =>
    (await import('../../../ipc/win32/pipes/pipe-holder.ts')).findPipeHolder(OPENSSH_PIPE_NAME);
  return [
    ...(isWindows ? [checkOpensshPipe(await findHolder(), ours)] : []),
    checkSshLines(around),
    await checkGitSigning(around),
    checkGitVariables(around),
    await checkPuttyVersion(around),
  ];
}
