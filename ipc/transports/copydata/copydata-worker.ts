// Entry of a window's thread: the hidden window that legacy clients find, and its message loop.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import {
  type CopyData,
  createHiddenWindow,
  destroyWindow,
  dispatchNextMessage,
  dispatchWaitingMessages,
  handleMessages,
  isAnsweringSentMessage,
  orderWindow,
  postQuitMessage,
  readCopyData,
  refuseFromLowerIntegrity,
  registerWindowClass,
  setWindowTitle,
  WM_CLOSE,
  WM_COPYDATA,
  waitForMessage,
} from '../../win32/desktop/message-window.ts';
import { copyOwnMemory } from '../../win32/mappings/file-mapping.ts';
import { processOfThread } from '../../win32/processes/thread-owner.ts';
import { FAILURE_BODY } from '../streams/message-framing.ts';
import {
  AGENT_COPYDATA_ID,
  COMMANDS_SENT,
  LOOP_ENDED,
  MAX_NAME_BYTES,
  numbersInMappingName,
  PAGEANT_WINDOW,
  parseMappingName,
  RESERVE_TITLE,
  WINDOW_HANDLE,
  type WindowCommand,
  type WindowEvent,
  type WindowThreadData,
  WM_COMMAND_POSTED,
} from './copydata-messages.ts';
import { NestedCalls } from './nested-calls.ts';
import { SharedRequest } from './shared-request.ts';

/** LRESULT: a reply has been written, or nothing has been touched. */
const ANSWERED = 1n;
const REFUSED = 0n;

if (!parentPort) throw new Error('copydata-worker must be started as a worker thread');
const port = parentPort;
const { acceptedOwners, signals } = workerData as WindowThreadData;

const window = openWindow();
let calls = 0;
const nested = new NestedCalls({
  now: () => performance.now(),
  commandsSent: () => Atomics.load(signals, COMMANDS_SENT),
  waitForCommand: (seen, timeoutMs) => {
    Atomics.wait(signals, COMMANDS_SENT, seen, timeoutMs);
  },
  pump: { waitForMessage, dispatchWaitingMessages, postQuitMessage },
  nextCommand: () => receiveMessageOnPort(port)?.message as WindowCommand | undefined,
  post: (event: WindowEvent) =>
    port.postMessage(event, event.kind === 'call' ? [event.call.body.buffer as ArrayBuffer] : []),
  setFront: (inFront) => port.postMessage(tryToSetFront(inFront)),
});
const release = handleMessages(window, (message, _wParam, lParam) => {
  try {
    return answer(message, lParam);
  } catch {
    // Into C nothing may be thrown, and to the client it is all the same why it is refused.
    return REFUSED;
  }
});
try {
  Atomics.store(signals, WINDOW_HANDLE, Number(BigInt.asIntN(32, window)));
  port.postMessage({ kind: 'ready' } satisfies WindowEvent);
  // What was sent before the handle was there has woken nobody.
  nested.readCommands();
  // A call may end the thread from inside, so that no further message comes.
  while (!nested.ended && dispatchNextMessage());
} finally {
  destroyWindow(window);
  release();
  signalLoopEnded();
}

function openWindow(): bigint {
  try {
    registerWindowClass(PAGEANT_WINDOW);
    const window = createHiddenWindow(PAGEANT_WINDOW, RESERVE_TITLE);
    // SECURITY: the rule of all doors (isBelow), kept by the system. Pageant leaves this to the system's default,
    // which other code in the process could widen.
    refuseFromLowerIntegrity(window, WM_COPYDATA);
    return window;
  } catch (error: unknown) {
    signalLoopEnded();
    throw error;
  }
}

/**
 * FindWindow takes the uppermost window of the name. A window that steps back keeps the name: it would otherwise lose
 * it while a client looks, which may have passed its successor by before that had the name, and would find no agent.
 */
function setFront(inFront: boolean): void {
  orderWindow(window, inFront ? 'top' : 'bottom');
  if (inFront) setWindowTitle(window, PAGEANT_WINDOW);
}

/** Must not throw: it runs inside the calls of clients, too. */
function tryToSetFront(inFront: boolean): WindowEvent {
  try {
    setFront(inFront);
    return { kind: 'front', inFront };
  } catch (error: unknown) {
    return { kind: 'front', inFront, problem: error instanceof Error ? error.message : String(error) };
  }
}

function signalLoopEnded(): void {
  Atomics.store(signals, LOOP_ENDED, 1);
  Atomics.notify(signals, LOOP_ENDED);
}

/** The window procedure. Undefined: the system's default answer. */
function answer(message: number, lParam: bigint): bigint | undefined {
  if (message === WM_COMMAND_POSTED) {
    nested.readCommands();
    return 0n;
  }
  // Only the main thread may close the door; tools that close all windows of a program mean the program.
  if (message === WM_CLOSE) return 0n;
  if (message !== WM_COPYDATA) return undefined;
  // SECURITY: of a posted message nobody has checked lParam, and reading it could crash the agent.
  if (!isAnsweringSentMessage() || lParam === 0n) return REFUSED;
  return answerCopyData(readCopyData(lParam));
}

function answerCopyData(data: CopyData): bigint {
  if (data.magic !== AGENT_COPYDATA_ID || data.length > MAX_NAME_BYTES) return REFUSED;
  const name = parseMappingName(copyOwnMemory(data.address, data.length));
  if (name === undefined) return REFUSED;
  using request = SharedRequest.open(name, acceptedOwners);
  const reply = request.body
    ? askMainThread(request, request.body, processOfCaller(request, name))
    : FAILURE_BODY;
  if (!reply) return REFUSED;
  request.reply(reply);
  return ANSWERED;
}

function askMainThread(
  request: SharedRequest,
  body: Uint8Array,
  pid: number | undefined,
): Uint8Array | undefined {
  calls += 1;
  const call = { id: calls, body, maxReplyBytes: request.maxReplyBytes, ...(pid !== undefined && { pid }) };
  return nested.ask(call, () => request.isAbandoned);
}

/**
 * The client's process as far as it can be told; never a reason to refuse. SECURITY: the name is the client's word, and
 * may be that of a program that has rules of its own. It has to have the memory open.
 */
function processOfCaller(request: SharedRequest, name: string): number | undefined {
  try {
    return request.holder(numbersInMappingName(name).map((number) => processOfThread(number) ?? number));
  } catch {
    return undefined;
  }
}
