// Below the two lines of an agent in front, for the person who reads them: what to do with them, and how the agent ends.
import { foreignName } from '../../../text/foreign-text.ts';
import { cliPath } from '../../programs/cli-path.ts';
import type { AgentAddress } from './agent-environment.ts';

interface StartEnvironment {
  readonly npm_lifecycle_event?: string | undefined;
}

export interface WhatNext {
  readonly address: AgentAddress;
  readonly env: StartEnvironment;
  /** Keys were named as it was started. */
  readonly hasKeys?: boolean;
  /** It was there before, started elsewhere. */
  readonly wasRunning?: boolean;
}

/** Who came by `npm start` has the command in no PATH. */
const commandOf = ({ npm_lifecycle_event: script }: StartEnvironment) =>
  script === 'start' ? `node ${foreignName(cliPath)}` : 'sallyport';

function addingLines(command: string, hasSshAdd: boolean): readonly string[] {
  const add = `#   ${command} add FILE`;
  return hasSshAdd
    ? ['# Then add your keys there: those with usual names, or any file, also .ppk:', '#   ssh-add', add]
    : ['# Then add your keys in another one:', add];
}

/** Comments of a shell, so that nothing happens when they are copied with the lines above them. */
export function whatNext({ address, env, hasKeys = false, wasRunning = false }: WhatNext): string {
  const isWindows = process.platform === 'win32';
  return [
    ...(isWindows || address.socketPath === undefined
      ? []
      : ['# Enter these lines in another terminal: programs started there ask this agent.']),
    ...(hasKeys ? [] : addingLines(commandOf(env), !isWindows)),
    wasRunning
      ? `# It was running already. Ctrl-C where it was started, or “kill ${address.pid}”, ends it.`
      : '# What there is to ask is asked here, or by your askpass program. Ctrl-C here ends the agent.',
  ].join('\n');
}
