// All verbs, in the groups and the order of the help. Each is loaded when it is meant: a command line needs one of them.
import type { CommandGroup } from './help/overview.ts';
import type { Command } from './parts/command.ts';

type LoadCommand = () => Promise<Command>;

const groups: Readonly<Record<string, Readonly<Record<string, LoadCommand>>>> = {
  'how things are': {
    status: async () => (await import('./verbs/status.ts')).statusCommand,
    doctor: async () => (await import('./verbs/doctor.ts')).doctorCommand,
    version: async () => (await import('./verbs/version.ts')).versionCommand,
  },
  keys: {
    add: async () => (await import('./verbs/add.ts')).addCommand,
    list: async () => (await import('./verbs/list.ts')).listCommand,
    remove: async () => (await import('./verbs/remove.ts')).removeCommand,
    hosts: async () => (await import('./verbs/hosts.ts')).hostsCommand,
    reencrypt: async () => (await import('./verbs/reencrypt.ts')).reencryptCommand,
    public: async () => (await import('./verbs/public.ts')).publicCommand,
    generate: async () => (await import('./verbs/generate.ts')).generateCommand,
    'test-sign': async () => (await import('./verbs/test-sign.ts')).testSignCommand,
  },
  'who may use them': {
    rules: async () => (await import('./verbs/rules.ts')).rulesCommand,
    log: async () => (await import('./verbs/log.ts')).logCommand,
    lock: async () => (await import('./verbs/lock.ts')).lockCommand,
    unlock: async () => (await import('./verbs/lock.ts')).unlockCommand,
  },
  'keys that live elsewhere': {
    tokens: async () => (await import('./verbs/tokens.ts')).tokensCommand,
    'security-keys': async () => (await import('./verbs/security-keys-verb.ts')).securityKeysCommand,
    'windows-keys': async () => (await import('./verbs/windows-keys.ts')).windowsKeysCommand,
    upstream: async () => (await import('./verbs/upstream.ts')).upstreamCommand,
  },
  'the agent and the programs that ask it': {
    agent: async () => (await import('./verbs/agent.ts')).agentCommand,
    doors: async () => (await import('./verbs/doors.ts')).doorsCommand,
    'set-up': async () => (await import('./verbs/set-up.ts')).setUpCommand,
    config: async () => (await import('./verbs/config.ts')).configCommand,
    relay: async () => (await import('./verbs/relay.ts')).relayCommand,
    completion: async () => (await import('./verbs/completion.ts')).completionCommand(loadCommands),
  },
};

const loaders = new Map(Object.values(groups).flatMap((verbs) => Object.entries(verbs)));

export const isVerb = (name: string | undefined): boolean => name !== undefined && loaders.has(name);

/** Undefined: there is no such verb. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  return await loaders.get(name)?.();
}

/** All of them, for who tells about each. */
export async function loadGroups(): Promise<readonly CommandGroup[]> {
  return await Promise.all(
    Object.entries(groups).map(async ([title, verbs]) => ({
      title,
      commands: await Promise.all(Object.values(verbs).map((load) => load())),
    })),
  );
}

/** All of them, in the order of the help. */
export async function loadCommands(): Promise<readonly Command[]> {
  return (await loadGroups()).flatMap(({ commands }) => commands);
}
