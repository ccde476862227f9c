// Programs as they are found: one in each state, with words and lines of others at their longest and oddest.
import type { ProgramState } from '../../../ipc/contract/set-up.ts';

const config = 'C:\\Users\\Mary O’Brien with a long name\\.ssh\\config';
const lines = [
  '# >>> Sallyport ssh >>>',
  '# Keys come from Sallyport. To take this out: sallyport set-up ssh --undo',
  'IdentityAgent "//./pipe/sallyport.S-1-5-21-1004336348-1177238915-682003330-512"',
  '# <<< Sallyport ssh <<<',
];

export const sshToSetUp: ProgramState = {
  id: 'ssh',
  title: 'OpenSSH',
  status: 'can',
  sentence: 'ssh asks another agent, “C:\\pipe\\\u202eevil”, as its settings say.',
  where: 'C:\\Windows\\System32\\OpenSSH\\ssh.exe',
  changes: [
    {
      place: config,
      removed: [],
      added: lines,
      how: 'These lines come first in the file, where they count before others.',
    },
  ],
  notes: [
    'Of your own settings, line 12, “IdentityAgent none” does not count any more while Sallyport’s line stands before it.',
    'Git for Windows’ own ssh reads the same file and can’t use Sallyport’s pipe: set up Git as well, so that it runs Windows’ ssh.',
  ],
  token: 'a'.repeat(64),
  made: [],
};

export const sshSetUp: ProgramState = {
  ...sshToSetUp,
  status: 'works',
  sentence: 'ssh asks Sallyport: its settings say so.',
  changes: [],
  notes: [],
  token: 'b'.repeat(64),
  made: [
    {
      id: '00000000-0000-4000-8000-000000000001',
      at: 0,
      undo: { place: config, removed: lines, added: [], how: 'These lines are taken out; all others stay.' },
    },
  ],
};

const gitToSetUp: ProgramState = {
  id: 'git',
  title: 'Git',
  status: 'can',
  sentence: 'Git runs “plink -x” instead of ssh, as C:/Users/mary/.gitconfig says.',
  where: 'C:\\Program Files\\Git\\cmd\\git.exe',
  changes: [
    {
      place: 'C:\\Users\\mary\\.gitconfig',
      removed: ['core.sshCommand = plink -x'],
      added: ['core.sshCommand = C:/Windows/System32/OpenSSH/ssh.exe'],
      how: 'Git does it: git config --global core.sshCommand "C:/Windows/System32/OpenSSH/ssh.exe"',
    },
  ],
  notes: [],
  token: 'c'.repeat(64),
  made: [],
};

const puttyMissing: ProgramState = {
  id: 'putty',
  title: 'PuTTY, plink, WinSCP',
  status: 'missing',
  sentence: 'PuTTY is not installed.',
  changes: [],
  notes: [],
  token: 'd'.repeat(64),
  made: [],
};

export const programs = [sshToSetUp, gitToSetUp, puttyMissing];

/** Answers of the main process that has looked at them. */
export const programAnswers = (states: () => readonly ProgramState[] = () => programs) => ({
  'setUp.programs': () => states().map(({ id, title }) => ({ id, title })),
  'setUp.look': ({ program }: { readonly program: string }) => states().filter(({ id }) => id === program),
});
