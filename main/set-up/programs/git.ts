// Git: which ssh it runs. Elsewhere than on Windows it runs the one of the system, which is set up by itself.
import { foreignName, insideQuotes } from '../../../text/foreign-text.ts';
import { effectiveValue, findGit, globalValues } from '../changes/git-settings.ts';
import type { Surroundings } from '../changes/surroundings.ts';
import type { Program, ProgramLook } from './program.ts';
import { sshProgram } from './ssh.ts';
import { findOpenssh } from './ssh-settings.ts';

const setting = 'core.sshCommand';

/** As Git wants paths, also in the shell that it runs the command in. */
const gitPath = (path: string) => path.replaceAll('\\', '/');

/** The command that Git is to run: Windows' ssh, by its whole path, else the ssh of the system. */
function wantedCommand(around: Surroundings): string | undefined {
  const ssh = findOpenssh(around, 'ssh');
  return around.platform === 'win32' ? ssh && gitPath(ssh) : ssh && 'ssh';
}

function isWanted(command: string, wanted: string, { platform }: Surroundings): boolean {
  return platform === 'win32' ? gitPath(command).toLowerCase() === wanted.toLowerCase() : command === wanted;
}

async function look(around: Surroundings): Promise<ProgramLook> {
  const where = findGit(around);
  if (where === undefined) return { status: 'missing', sentence: 'Git is not installed.' };
  const wanted = wantedCommand(around);
  if (wanted === undefined)
    return { status: 'blocked', where, sentence: 'Git needs OpenSSH’s ssh, which is not installed.' };
  const override = around.env['GIT_SSH_COMMAND'];
  const set = await effectiveValue(around, setting);
  const isRight = set === undefined ? around.platform !== 'win32' : isWanted(set.value, wanted, around);
  const notes = override
    ? [`GIT_SSH_COMMAND is set to “${insideQuotes(override, 200)}” here, and counts before Git’s settings.`]
    : [];
  if (!isRight) {
    const sentence =
      set === undefined
        ? 'Git runs an ssh of its own, which does not ask Sallyport. Set up, it runs Windows’ ssh.'
        : `Git runs “${insideQuotes(set.value, 200)}” instead of ssh, as ${foreignName(set.origin)} says.`;
    const former = await globalValues(around, setting);
    return {
      status: 'can',
      where,
      sentence,
      notes,
      changes: [{ kind: 'git', name: setting, value: wanted, former: [...former] }],
    };
  }
  const ssh = await sshProgram.look(around);
  if (ssh.status === 'works')
    return { status: 'works', where, notes, sentence: 'Git runs ssh, which asks Sallyport.' };
  const sentence =
    ssh.status === 'can'
      ? 'Git runs ssh, which is not set up yet: set up OpenSSH, and Git follows.'
      : ssh.sentence;
  return { status: 'blocked', where, notes, sentence };
}

export const gitProgram: Program = {
  id: 'git',
  title: 'Git',
  summary: "Git's setting core.sshCommand, where it needs one",
  look,
  async test(around) {
    const git = findGit(around);
    const wanted = wantedCommand(around);
    if (git === undefined || wanted === undefined)
      return { isWorking: false, message: 'Git is not installed, or OpenSSH’s ssh is not.' };
    const override = around.env['GIT_SSH_COMMAND'];
    const command = override || (await effectiveValue(around, setting))?.value;
    const isRight = command === undefined ? around.platform !== 'win32' : isWanted(command, wanted, around);
    if (!isRight) {
      const what = command === undefined ? 'an ssh of its own' : `“${insideQuotes(command, 200)}”`;
      return { isWorking: false, message: `Git runs ${what}, which is not the ssh that asks Sallyport.` };
    }
    const { isWorking, message } = await sshProgram.test(around);
    return { isWorking, message: `Git runs ${foreignName(wanted)}. ${message}` };
  },
};
