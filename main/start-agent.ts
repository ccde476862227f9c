// Composition root of every entry: the core, the way to the person and the doors become one running agent.
import { randomBytes } from 'node:crypto';
import type { Transport } from '../ipc/transports/transport.ts';
import type { OpenSession } from './agent/agent.ts';
import { type Agent, type AgentOptions, createAgent } from './agent/create-agent.ts';
import type { AgentHost, SecurityKeyLibraries } from './agent/ports/host.ts';
import { openAuthenticators } from './authenticators/open-authenticators.ts';
import { type Clock, systemClock } from './basics/clock.ts';
import { createCryptoOffload } from './crypto-worker/crypto-offload-pool.ts';
import { Doors } from './doors/doors.ts';
import { KeptTokenLibraries } from './key-stores/pkcs11/kept-token-libraries.ts';
import { KeptUpstreams } from './key-stores/upstream/kept-upstreams.ts';
import { KeptWindowsKeys } from './key-stores/windows/kept-windows-keys.ts';
import type { Authenticators } from './keys/authenticator.ts';
import type { CryptoOffload } from './keys/crypto-offload.ts';
import type { StartLibraryProcess } from './library-process/library-channel.ts';
import { forgetDroppedKeys } from './process/forget-dropped-keys.ts';
import { giveMemoryBackAfterWork } from './process/memory-after-work.ts';
import type { ConsentFiles } from './stored/consent-files.ts';
import type { KeptListFile } from './stored/kept-list-file.ts';
import type { UpstreamsFile } from './stored/upstreams-file.ts';
import type { WindowsKeysFile } from './stored/windows-keys-file.ts';

export interface StartAgentOptions extends Omit<AgentOptions, 'offload' | 'host'> {
  /** The doors; at least one must open unless `mayHaveNoDoor`. */
  readonly transports: readonly Transport[];
  /** Names of the transports that stay closed until the person wants them open. */
  readonly closedDoors?: readonly string[];
  /** Ends the program when a program of the person asks for it; left out: such a wish is refused. */
  readonly requestStop?: AgentHost['requestStop'];
  /** The program that `sallyport relay` of this installation runs in; left out: there is none, or it is not known. */
  readonly relayProgram?: string | undefined;
  /** What the approver does anyway, for clients that want to know. */
  readonly unlocksOnce?: boolean;
  /** Whether there is a way to ask the person; left out where a window always is one. */
  readonly canAsk?: () => boolean;
  /** Keeps rules and activity over restarts; left out: both are in memory only. */
  readonly consentFiles?: ConsentFiles;
  /** The agent is of use without any open door, since there is a window to open one from. */
  readonly mayHaveNoDoor?: boolean;
  /** Keeps which other agents' keys are offered, too; left out: they are forgotten at the end. */
  readonly upstreamsFile?: UpstreamsFile;
  /** Keeps by which libraries security keys are reached; left out: they are forgotten at the end. */
  readonly middlewareFile?: KeptListFile;
  /** More of them, for as long as this agent runs. */
  readonly upstreams?: readonly string[];
  /** Keeps which of Windows' keys are offered; left out: that is forgotten at the end. */
  readonly windowsKeysFile?: WindowsKeysFile;
  /** The window that Windows' own dialogs belong to, as a handle (HWND); left out: none. */
  readonly dialogWindow?: () => bigint | undefined;
  /** How a process for a foreign library is started; left out: there are no tokens. */
  readonly startLibraryProcess?: StartLibraryProcess;
  /** Keeps which libraries for tokens may be loaded; left out: they are forgotten at the end. */
  readonly tokenLibrariesFile?: KeptListFile;
  /** Run while no client can come in yet. */
  readonly beforeDoors?: (agent: Agent) => Promise<void>;
}

export interface RunningAgent {
  /** For who shows the agent to the person. */
  readonly agent: Agent;
  readonly doors: Doors;
  readonly upstreams: KeptUpstreams;
  /** Left out on other systems than Windows. */
  readonly windowsKeys?: KeptWindowsKeys | undefined;
  /** Undefined: without a process for their libraries there are none. */
  readonly tokens: KeptTokenLibraries | undefined;
  /** A way in that needs no door. */
  readonly openSession: OpenSession;
  /** The agent's own workers, for what its composer has to compute. */
  readonly offload: CryptoOffload;
  /** The agent's own ways to security keys, for new keys. */
  readonly authenticators: Authenticators;
  /** Undefined where security keys are reached without libraries. */
  readonly securityKeyLibraries: SecurityKeyLibraries | undefined;
  /** Closes prompts and doors, and forgets all keys. Safe to call twice. */
  stop(): Promise<void>;
}

interface PlaceParts {
  readonly agentId: () => Uint8Array;
  readonly ownAddresses: () => readonly string[];
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** Where keys live that are not held here, before any of it is opened. */
function keyPlaces(
  { stores }: Agent,
  options: Omit<StartAgentOptions, 'clock' | 'log'>,
  { agentId, ownAddresses, clock, log }: PlaceParts,
) {
  const { upstreamsFile, windowsKeysFile, dialogWindow, startLibraryProcess, tokenLibrariesFile } = options;
  return {
    upstreams: new KeptUpstreams({ stores, file: upstreamsFile, agentId, ownAddresses, log }),
    windowsKeys:
      process.platform === 'win32'
        ? new KeptWindowsKeys({ stores, file: windowsKeysFile, dialogWindow })
        : undefined,
    tokens:
      startLibraryProcess &&
      new KeptTokenLibraries({ stores, file: tokenLibrariesFile, startLibraryProcess, clock, log }),
  };
}

/** Made when it is first asked for. */
function madeOnce<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function waysToSecurityKeys(options: Omit<StartAgentOptions, 'clock'>, clock: Clock) {
  const { middlewareFile, startLibraryProcess, dialogWindow } = options;
  return openAuthenticators({
    clock,
    ...(middlewareFile && { file: middlewareFile }),
    ...(startLibraryProcess && { start: startLibraryProcess }),
    dialogWindow,
  });
}

/**
 * Starts the agent and resolves when a client can come in. A door that fails to open degrades alone and is tried
 * again; when none opens, nothing is left behind and the first door's TransportError is thrown.
 */
export async function startAgent(options: StartAgentOptions): Promise<RunningAgent> {
  const { transports, closedDoors = [], mayHaveNoDoor = false, beforeDoors, ...rest } = options;
  const {
    consentFiles,
    requestStop,
    relayProgram,
    unlocksOnce = false,
    canAsk,
    upstreams: given = [],
    ...agentOptions
  } = rest;
  const { clock = systemClock(), log = () => {} } = agentOptions;
  forgetDroppedKeys();
  const offload = createCryptoOffload();
  const agentId = madeOnce(() => randomBytes(16));
  const { authenticators, libraries } = waysToSecurityKeys(options, clock);
  const host: AgentHost = {
    doors: () => doors.views,
    requestStop,
    pid: process.pid,
    relayProgram,
    unlocksOnce,
    canAsk,
    get agentId() {
      return agentId();
    },
    securityKeyLibraries: libraries,
    get upstreams() {
      return upstreams;
    },
    get windowsKeys() {
      return windowsKeys;
    },
    get tokens() {
      return tokens;
    },
  };
  const agent = createAgent({
    ...consentFiles?.agentOptions,
    authenticators,
    ...agentOptions,
    clock,
    host,
    offload,
  });
  // Who locks it may turn the machine off next.
  agent.onLockChanged(() => void agent.consent.activitySettled().then(() => consentFiles?.flush()));
  const clientCame = giveMemoryBackAfterWork();
  const openSession: OpenSession = (peer) => {
    clientCame();
    return agent.openSession(peer);
  };
  const doors = new Doors({ transports, openSession, clock, log, closed: closedDoors });
  const { upstreams, windowsKeys, tokens } = keyPlaces(agent, options, {
    ...{ agentId, clock, log },
    ownAddresses: () => doors.views.flatMap(({ address }) => (address === undefined ? [] : [address])),
  });
  const stop = async () => {
    // First the prompts, so that no request waits for a person while its door closes.
    agent.stop();
    tokens?.close();
    libraries?.close();
    await doors.close();
    await offload.close();
    await windowsKeys?.close();
    // What was signed last is written down, although who asked may still be looked up.
    await agent.consent.activitySettled();
    await consentFiles?.flush();
  };
  await beforeDoors?.(agent);
  await upstreams.open(given);
  tokens?.open();
  const failures = await doors.open();
  if (mayHaveNoDoor || doors.views.some(({ status }) => status === 'listening')) {
    // Only now: an agent that ends at once, as another one runs, has no calls of Windows under way.
    windowsKeys?.open();
    doors.logProblems();
    const places = { upstreams, windowsKeys, tokens, securityKeyLibraries: libraries };
    return { agent, doors, ...places, openSession, offload, authenticators, stop };
  }
  await stop();
  throw failures[0] ?? new Error('an agent without doors');
}
