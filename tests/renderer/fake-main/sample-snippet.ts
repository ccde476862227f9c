// What a program is to be told, as the main process tells it.
import type { Snippet } from '../../../ipc/contract/use-with.ts';
import { commandForWsl } from '../../../main/use-with/wsl-relay.ts';

const commandFolder = "C:\\Users\\Mary O'Brien\\AppData\\Local\\Programs\\Sallyport\\resources\\cli\\program";

export const snippet: Snippet = {
  title: 'Windows OpenSSH',
  steps: [
    {
      explanation: 'OpenSSH finds Sallyport by itself. To see that it does, run in a terminal:',
      text: 'ssh-add -l',
    },
    {
      explanation: 'Where another agent was set, point OpenSSH back, in the file .ssh\\config:',
      text: 'Host *\n    IdentityAgent \\\\.\\pipe\\openssh-ssh-agent',
    },
    {
      explanation: 'The longest of all snippets, in WSL:',
      text: commandForWsl({ node: `${commandFolder}\\node.exe`, script: `${commandFolder}\\main\\cli.js` }),
    },
  ],
  problem: 'OpenSSH’s pipe is not open: another program holds its name. See “Doors”.',
};
