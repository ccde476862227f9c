// A window that is never shown: for programs that talk to one by messages. And the message loop behind it.
import { moduleHandle, procedureAddress } from '../libraries/kernel32.ts';
import { type Handle, koffi } from '../libraries/native-library.ts';
import { type Message, user32 } from '../libraries/user32.ts';
import { ERROR_CLASS_ALREADY_EXISTS, lastWin32Error } from '../libraries/win32-error.ts';

export const WM_CLOSE = 0x0010;
export const WM_COPYDATA = 0x004a;

const WM_QUIT = 0x0012;
const WS_OVERLAPPEDWINDOW = 0x00cf0000;
const WS_VSCROLL = 0x00200000;
const CW_USEDEFAULT = -0x80000000;
const GWLP_WNDPROC = -4;
const HWND_BOTTOM = 1n;
const HWND_TOPMOST = 0xffff_ffff_ffff_ffffn;
const SWP_NOSIZE = 0x0001;
const SWP_NOMOVE = 0x0002;
const SWP_NOACTIVATE = 0x0010;
const MSGFLT_DISALLOW = 2;
const PM_REMOVE = 1;
const QS_ALLINPUT = 0x04ff;
const MWMO_INPUTAVAILABLE = 4;
const WAIT_FAILED = 0xffffffff;

export interface CopyData {
  /** The low 32 bits of `dwData`: 64-bit clients disagree on how to widen it. */
  readonly magic: number;
  readonly length: number;
  /** Where the system has put the bytes in this process, for as long as the message is answered. */
  readonly address: bigint;
}

/** Answers a message with its LRESULT; undefined asks for the system's default answer. Must not throw. */
export type MessageHandler = (message: number, wParam: bigint, lParam: bigint) => bigint | undefined;

/** Registers a window class of this process; having it already is no error. */
export function registerWindowClass(className: string): void {
  const windowClass = {
    cbSize: user32().windowClassBytes,
    // Not a callback: the class outlives the thread that would have to answer.
    lpfnWndProc: defaultProcedure(),
    hInstance: moduleHandle(null),
    lpszClassName: className,
  };
  // SAFETY: structure and string live for the call; the system copies them.
  if (user32().RegisterClassExW(windowClass) !== 0) return;
  const error = lastWin32Error('RegisterClassExW');
  if (error.code !== ERROR_CLASS_ALREADY_EXISTS) throw error;
}

/**
 * Creates a top-level window that is not shown; it belongs to the calling thread. Top-level because
 * FindWindow does not see message-only windows. Style and size are those of Pageant's own.
 */
export function createHiddenWindow(className: string, title: string): Handle {
  const style = WS_OVERLAPPEDWINDOW | WS_VSCROLL;
  const place = [CW_USEDEFAULT, CW_USEDEFAULT, 100, 100] as const;
  // SAFETY: both strings live for the call.
  const window = user32().CreateWindowExW(
    0,
    className,
    title,
    style,
    ...place,
    null,
    null,
    moduleHandle(null),
    null,
  );
  if (window === null) throw lastWin32Error('CreateWindowExW');
  return window;
}

/** Lets `handler` answer the messages of a window of the calling thread. Returns the way to take it back. */
export function handleMessages(window: Handle, handler: MessageHandler): () => void {
  const procedure = (hwnd: Handle, message: number, wParam: number | bigint, lParam: number | bigint) =>
    // SAFETY: for the default answer the parameters are passed on as they came.
    handler(message, BigInt(wParam), BigInt(lParam)) ??
    user32().DefWindowProcW(hwnd, message, wParam, lParam);
  const callback = koffi().register(procedure, user32().windowProcedureType);
  // SAFETY: the callback stays registered for as long as the window uses it.
  if (!user32().SetWindowLongPtrW(window, GWLP_WNDPROC, callback)) throw lastWin32Error('SetWindowLongPtrW');
  return () => {
    // SAFETY: refused by the system when the window is gone already; either way nobody calls it any more.
    user32().SetWindowLongPtrW(window, GWLP_WNDPROC, defaultProcedure());
    koffi().unregister(callback);
  };
}

function defaultProcedure(): Handle {
  return procedureAddress('user32.dll', 'DefWindowProcW');
}

/** Keeps `message` from less trusted (lower integrity) processes, unless the whole process lets it through. */
export function refuseFromLowerIntegrity(window: Handle, message: number): void {
  // SAFETY: no result structure is asked for.
  if (!user32().ChangeWindowMessageFilterEx(window, message, MSGFLT_DISALLOW, null)) {
    throw lastWin32Error('ChangeWindowMessageFilterEx');
  }
}

/** For the thread that owns the window: any other would have to wait for that one. */
export function setWindowTitle(window: Handle, title: string): void {
  // SAFETY: the string lives for the call.
  if (!user32().SetWindowTextW(window, title)) throw lastWin32Error('SetWindowTextW');
}

/**
 * Puts a window above or below all others without showing it: FindWindow looks from the top. HWND_TOP would not do:
 * it is for processes that may set the foreground window, which a tray application is not most of the time.
 */
export function orderWindow(window: Handle, place: 'top' | 'bottom'): void {
  const after = place === 'top' ? HWND_TOPMOST : HWND_BOTTOM;
  // SAFETY: numbers and a handle; neither place nor size is changed.
  const done = user32().SetWindowPos(window, after, 0, 0, 0, 0, SWP_NOSIZE | SWP_NOMOVE | SWP_NOACTIVATE);
  if (!done) throw lastWin32Error('SetWindowPos');
}

/** For the thread that owns the window. A window that is gone already is no error. */
export function destroyWindow(window: Handle): void {
  // SAFETY: the system refuses a number that is no window.
  user32().DestroyWindow(window);
}

/** The topmost window of that class and title on this desktop. */
export function findWindow(className: string, title: string): Handle | undefined {
  // SAFETY: both strings live for the call.
  return user32().FindWindowW(className, title) ?? undefined;
}

/** The process that owns a window; undefined when there is no such window. */
export function processOfWindow(window: Handle): number | undefined {
  const pid: (number | null)[] = [null];
  // SAFETY: writes one number; the system refuses a number that is no window.
  const thread = user32().GetWindowThreadProcessId(window, pid);
  return thread === 0 ? undefined : (pid[0] ?? undefined);
}

/** Queues a message without parameters for the window's thread; false when the window is gone. Never waits. */
export function postMessage(window: Handle, message: number): boolean {
  // SAFETY: carries no addresses.
  return user32().PostMessageW(window, message, 0, 0) !== 0;
}

/** Ends the calling thread's message loop: its next look for a message is told so. */
export function postQuitMessage(): void {
  // SAFETY: takes a number only.
  user32().PostQuitMessage(0);
}

/** True while the calling thread answers a message that another thread has sent and waits for. */
export function isAnsweringSentMessage(): boolean {
  // SAFETY: takes nothing.
  return user32().InSendMessage() !== 0;
}

/** Reads the COPYDATASTRUCT of a *sent* WM_COPYDATA, while it is being answered. */
export function readCopyData(lParam: bigint): CopyData {
  // SAFETY: for a sent message the system itself has put the structure there.
  const raw = koffi().decode(lParam, user32().copyDataType) as {
    dwData: number | bigint;
    cbData: number;
    lpData: bigint | null;
  };
  const magic = Number(BigInt.asUintN(32, BigInt(raw.dwData)));
  return { magic, length: raw.cbData, address: raw.lpData ?? 0n };
}

/** Waits for the calling thread's next message and has it answered. False: the thread was told to end. */
export function dispatchNextMessage(): boolean {
  const message: Message = {};
  // SAFETY: the message is filled by one call and read by the next.
  const got = user32().GetMessageW(message, null, 0, 0);
  if (got === -1) throw lastWin32Error('GetMessageW');
  if (got === 0) return false;
  user32().DispatchMessageW(message);
  return true;
}

/** Has all messages answered that are waiting for the calling thread. False: the thread was told to end. */
export function dispatchWaitingMessages(): boolean {
  const message: Message = {};
  // SAFETY: as in dispatchNextMessage.
  while (user32().PeekMessageW(message, null, 0, 0, PM_REMOVE)) {
    if (message.message === WM_QUIT) return false;
    user32().DispatchMessageW(message);
  }
  return true;
}

/** Waits until a message is there for the calling thread, or the time (milliseconds) is over. */
export function waitForMessage(timeoutMs: number): void {
  // SAFETY: no handles are given.
  const result = user32().MsgWaitForMultipleObjectsEx(0, null, timeoutMs, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
  if (result === WAIT_FAILED) throw lastWin32Error('MsgWaitForMultipleObjectsEx');
}
