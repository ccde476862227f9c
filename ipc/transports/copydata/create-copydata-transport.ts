// Puts the WM_COPYDATA door together from Windows' own parts.

import { findWindow, processOfWindow } from '../../win32/desktop/message-window.ts';
import { withStartupMutex } from '../../win32/mutexes/named-mutex.ts';
import { inspectProcess } from '../../win32/processes/process-executable.ts';
import { ObservedProcess } from '../../win32/processes/process-facts.ts';
import { currentUserSid, processOwnerSid, puttyUserNames } from '../../win32/security/current-user.ts';
import { pageantMutexName } from '../pipes/pageant-pipe.ts';
import type { Transport } from '../transport.ts';
import { createTransport } from '../transport-lifecycle.ts';
import { COPYDATA_NAME, CopydataDoor } from './copydata-door.ts';
import { PAGEANT_WINDOW } from './copydata-messages.ts';
import { windowThreadStarter } from './window-thread.ts';

export interface CopydataOptions {
  /** The built copydata-worker.js. */
  readonly workerUrl: URL;
  readonly legacyClients: 'prompt' | 'usable-keys-only';
}

/** A transport that takes Pageant's place for clients that send WM_COPYDATA. */
export function createCopydataTransport(options: CopydataOptions): Transport {
  const door = new CopydataDoor({
    legacyClients: options.legacyClients,
    startThread: (events) => windowThreadStarter(options.workerUrl, acceptedOwners())(events),
    noAgentStarts,
    findOtherAgent,
    observeProcess: (pid) => new ObservedProcess(pid),
    startOfProcess: (pid) => inspectProcess(pid)?.createdAtMs,
  });
  return createTransport(COPYDATA_NAME, door);
}

async function noAgentStarts(): Promise<void> {
  const [user] = await puttyUserNames();
  await withStartupMutex(pageantMutexName(user), () => {});
}

/**
 * Owners of mappings that are served: our user, whom PuTTY's clients name explicitly, and the owner of our
 * own process object, which is what a client without a security descriptor gets (on an elevated token that
 * is the group of administrators).
 */
function acceptedOwners(): string[] {
  const processOwner = processOwnerSid();
  return [currentUserSid(), ...(processOwner === undefined ? [] : [processOwner])];
}

function findOtherAgent(): { pid: number } | undefined {
  const window = findWindow(PAGEANT_WINDOW, PAGEANT_WINDOW);
  const pid = window === undefined ? undefined : processOfWindow(window);
  // A window of our own can only be one that is just closing.
  return pid === undefined || pid === process.pid ? undefined : { pid };
}
