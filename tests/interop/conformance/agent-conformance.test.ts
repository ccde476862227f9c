// One suite over our agent, OpenSSH's and PuTTY's: what is asked of ours is what others do, except where said here.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe } from 'vitest';
import { describeWith } from '../support/installed-programs.ts';
import { RunningAgent } from '../support/running-agent.ts';
import { openWorkspace, type Workspace } from '../support/workspace.ts';
import { type AgentHabits, agentConformance } from './agent-conformance.ts';

const ours: AgentHabits = {
  order: 'as added',
  missingFlags: 'signs',
  flagsWithoutRsa: 'signs',
  unknownFlags: 'refuses',
  addAgain: 'replaces',
  constraints: 'keeps',
  constraintsOfPlainAdd: 'refuses',
  inconsistentKey: 'refuses',
  query: [29],
  unknownExtension: [5],
  ssh1List: 'empty list',
  emptyBody: 'failure',
  oversizeBody: 'failure, closes',
};

/** Where OpenSSH's ssh-agent differs from ours. Versions since 2026 know `query` and answer extensions with 28. */
const opensshs: AgentHabits = {
  ...ours,
  missingFlags: 'refuses',
  unknownFlags: 'signs',
  constraintsOfPlainAdd: 'keeps',
  inconsistentKey: 'adds',
  query: [5, 28, 29],
  unknownExtension: [5, 28],
  ssh1List: 'failure',
  emptyBody: 'closes',
  oversizeBody: 'closes',
};

/** Where PuTTY's Pageant differs from ours. */
const puttys: AgentHabits = {
  ...ours,
  order: 'by public key',
  flagsWithoutRsa: 'refuses',
  addAgain: 'refuses',
  constraints: 'refuses',
  constraintsOfPlainAdd: 'ignores',
  query: [6],
  oversizeBody: 'failure',
};

interface OtherAgent extends AsyncDisposable {
  readonly socketPath: string;
}

/** Starts another agent that runs a shell for as long as this waits for its end; nobody can be asked. */
async function startOther(
  space: Workspace,
  program: string,
  ...args: readonly string[]
): Promise<OtherAgent> {
  const shell = ['sh', '-c', 'echo "$SSH_AUTH_SOCK"; cat'];
  const env = { ...space.env, SSH_ASKPASS: '/bin/false', SSH_ASKPASS_REQUIRE: 'force' };
  const child = spawn(program, [...args, ...shell], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.stdin.end();
    await exited;
  };
  space.defer(stop);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { socketPath: line.toString().trim(), [Symbol.asyncDispose]: stop };
}

describe('our agent', () => {
  const space = openWorkspace();
  agentConformance(() => RunningAgent.start(space, { args: ['--no-prompt'] }), ours);
});

describeWith(['ssh-agent'], "OpenSSH's agent", () => {
  const space = openWorkspace();
  agentConformance(() => startOther(space, 'ssh-agent'), opensshs);
});

describeWith(['pageant'], "PuTTY's agent", () => {
  const space = openWorkspace();
  agentConformance(() => startOther(space, 'pageant', '--exec'), puttys);
});
