// OpenSSH: a line in ssh's settings that names our door. The first one in the file counts (ssh_config(5)).
import { foreignName } from '../../../text/foreign-text.ts';
import { identityAgentLine, UnspeakableAddressError } from '../../use-with/ssh-config.ts';
import { sshConfigPath } from '../changes/block-files.ts';
import type { Change } from '../changes/change-kinds.ts';
import type { Surroundings } from '../changes/surroundings.ts';
import { isLastingPlace, notLasting } from './lasting-place.ts';
import { listKeys } from './list-keys.ts';
import { notOpen, type Program, type ProgramLook } from './program.ts';
import { findOpenssh, identityAgentOf, isSshsHome, ownAgentLines } from './ssh-settings.ts';

const windowsPipe = '\\\\.\\pipe\\openssh-ssh-agent';

/** The door for ssh: on Windows OpenSSH's own name, which needs no word in any file, else ours. */
function doorFor({ platform, addressOf }: Surroundings): string | undefined {
  return platform === 'win32'
    ? (addressOf('openssh-pipe') ?? addressOf('own-pipe'))
    : addressOf('unix-socket');
}

/** Whether ssh's word for an agent means this address. */
function isSame(agent: string, address: string): boolean {
  const plain = (text: string) => text.replaceAll('%%', '%').replaceAll('/', '\\').toLowerCase();
  return address.startsWith('\\\\')
    ? plain(agent) === plain(address)
    : agent.replaceAll('%%', '%') === address;
}

/** What ssh asks when its settings name nothing. */
const askedByItself = ({ platform, env }: Surroundings) =>
  env['SSH_AUTH_SOCK'] || (platform === 'win32' ? windowsPipe : undefined);

function changeFor(around: Surroundings, address: string): Change {
  return {
    kind: 'block',
    path: sshConfigPath(around),
    id: 'ssh',
    at: 'start',
    lines: [
      '# Keys come from Sallyport. To take this out: sallyport set-up ssh --undo',
      identityAgentLine(address),
    ],
    isNew: false,
  };
}

function notesFor(around: Surroundings): readonly string[] {
  const silenced = ownAgentLines(around).map(
    (line) =>
      `Of your own settings, ${line} does not count any more while Sallyport’s line stands before it.`,
  );
  const msys =
    'Git for Windows’ own ssh reads the same file and can’t use Sallyport’s pipe: set up Git as well, so that it runs Windows’ ssh.';
  const elsewhere = `ssh does not look at HOME: it reads the settings in the folder that the system has for you, which is another than ${foreignName(around.home)}.`;
  return [
    ...silenced,
    ...(around.platform === 'win32' ? [msys] : []),
    ...(isSshsHome(around) ? [] : [elsewhere]),
  ];
}

async function look(around: Surroundings): Promise<ProgramLook> {
  const where = findOpenssh(around, 'ssh');
  if (where === undefined) return { status: 'missing', sentence: 'OpenSSH’s ssh is not installed.' };
  const asked = await identityAgentOf(around, where);
  if (asked === 'unreadable')
    return {
      status: 'blocked',
      where,
      sentence: 'ssh does not understand its settings. “ssh -G host” says why; then look again.',
    };
  const address = doorFor(around);
  if (address === undefined) {
    const door = around.platform === 'win32' ? 'OpenSSH’s pipe' : 'The Unix socket';
    return { status: 'blocked', where, sentence: notOpen(door, around) };
  }
  const { agent } = asked;
  if (agent !== undefined && isSame(agent, address))
    return { status: 'works', where, sentence: 'ssh asks Sallyport: its settings say so.' };
  const byItself = askedByItself(around);
  const isAskedHere = agent === undefined && byItself !== undefined && isSame(byItself, address);
  if (isAskedHere && around.platform === 'win32')
    return { status: 'works', where, sentence: 'ssh asks Sallyport by itself: nothing is needed.' };
  if (around.platform !== 'win32' && !isLastingPlace(around, address))
    return { status: 'blocked', where, sentence: notLasting(foreignName(address)) };
  try {
    const sentence = isAskedHere
      ? 'ssh asks Sallyport here, as SSH_AUTH_SOCK says. Set up, it does so everywhere.'
      : agent === undefined
        ? 'ssh does not ask Sallyport yet.'
        : `ssh asks another agent, ${foreignName(agent)}, as its settings say.`;
    return { status: 'can', where, sentence, changes: [changeFor(around, address)], notes: notesFor(around) };
  } catch (error: unknown) {
    if (!(error instanceof UnspeakableAddressError)) throw error;
    return { status: 'blocked', where, sentence: error.message };
  }
}

export const sshProgram: Program = {
  id: 'ssh',
  title: 'OpenSSH',
  summary: 'one marked block in .ssh/config',
  look,
  async test(around) {
    const [ssh, sshAdd] = [findOpenssh(around, 'ssh'), findOpenssh(around, 'ssh-add')];
    const asked = ssh && (await identityAgentOf(around, ssh));
    if (ssh === undefined || asked === undefined || sshAdd === undefined)
      return { isWorking: false, message: 'OpenSSH’s programs are not installed.' };
    if (asked === 'unreadable' || asked === '')
      return { isWorking: false, message: 'ssh does not understand its settings: “ssh -G host” says why.' };
    const [address, named] = [doorFor(around), asked.agent ?? askedByItself(around)];
    if (address === undefined || named === undefined || !isSame(named, address)) {
      const who = named === undefined ? 'no agent' : `another agent, ${foreignName(named)}`;
      return { isWorking: false, message: `ssh asks ${who}, not Sallyport.` };
    }
    return await listKeys(around, sshAdd, { asker: 'ssh', address });
  },
};
