// All verbs, in the groups and the order of the help.
import type { CommandGroup } from './help/overview.ts';
import type { Command } from './parts/command.ts';
import { addCommand } from './verbs/add.ts';
import { agentCommand } from './verbs/agent.ts';
import { completionCommand } from './verbs/completion.ts';
import { configCommand } from './verbs/config.ts';
import { doctorCommand } from './verbs/doctor.ts';
import { doorsCommand } from './verbs/doors.ts';
import { generateCommand } from './verbs/generate.ts';
import { hostsCommand } from './verbs/hosts.ts';
import { listCommand } from './verbs/list.ts';
import { lockCommand, unlockCommand } from './verbs/lock.ts';
import { logCommand } from './verbs/log.ts';
import { publicCommand } from './verbs/public.ts';
import { reencryptCommand } from './verbs/reencrypt.ts';
import { relayCommand } from './verbs/relay.ts';
import { removeCommand } from './verbs/remove.ts';
import { rulesCommand } from './verbs/rules.ts';
import { securityKeysCommand } from './verbs/security-keys-verb.ts';
import { setUpCommand } from './verbs/set-up.ts';
import { statusCommand } from './verbs/status.ts';
import { testSignCommand } from './verbs/test-sign.ts';
import { tokensCommand } from './verbs/tokens.ts';
import { upstreamCommand } from './verbs/upstream.ts';
import { windowsKeysCommand } from './verbs/windows-keys.ts';

export const groups: readonly CommandGroup[] = [
  {
    title: 'how things are',
    commands: [statusCommand, doctorCommand],
  },
  {
    title: 'keys',
    commands: [
      addCommand,
      listCommand,
      removeCommand,
      hostsCommand,
      reencryptCommand,
      publicCommand,
      generateCommand,
      testSignCommand,
    ],
  },
  { title: 'who may use them', commands: [rulesCommand, logCommand, lockCommand, unlockCommand] },
  {
    title: 'keys that live elsewhere',
    commands: [tokensCommand, securityKeysCommand, windowsKeysCommand, upstreamCommand],
  },
  {
    title: 'the agent and the programs that ask it',
    commands: [
      agentCommand,
      doorsCommand,
      setUpCommand,
      configCommand,
      relayCommand,
      completionCommand(() => commands),
    ],
  },
];

export const commands: readonly Command[] = groups.flatMap((group) => group.commands);
