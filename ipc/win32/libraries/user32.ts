// user32.dll: declarations only. What the calls mean is in the files that make them.
import type { TypeObject } from 'koffi';
import { type BOOL, type Handle, systemLibrary } from './native-library.ts';

/** WNDCLASSEXW; fields left out are zero. */
export interface WindowClass {
  cbSize: number;
  lpfnWndProc: Handle;
  hInstance: Handle;
  lpszClassName: string;
}

/** MSG as it comes from koffi; empty before the call. */
export interface Message {
  message?: number;
}

type Parameter = number | bigint;

export interface User32 {
  readonly windowClassBytes: number;
  readonly copyDataType: TypeObject;
  readonly windowProcedureType: TypeObject;
  RegisterClassExW(windowClass: WindowClass): number;
  CreateWindowExW(
    extendedStyle: number,
    className: string,
    title: string,
    style: number,
    x: number,
    y: number,
    width: number,
    height: number,
    parent: null,
    menu: null,
    instance: Handle,
    parameter: null,
  ): Handle | null;
  DestroyWindow(window: Handle): BOOL;
  DefWindowProcW(window: Handle, message: number, wParam: Parameter, lParam: Parameter): Parameter;
  SetWindowLongPtrW(window: Handle, index: number, value: Handle): Parameter;
  SetWindowTextW(window: Handle, title: string): BOOL;
  SetWindowPos(
    window: Handle,
    insertAfter: Handle,
    x: number,
    y: number,
    width: number,
    height: number,
    flags: number,
  ): BOOL;
  ChangeWindowMessageFilter(message: number, flag: number): BOOL;
  ChangeWindowMessageFilterEx(window: Handle, message: number, action: number, result: null): BOOL;
  FindWindowW(className: string, title: string): Handle | null;
  GetForegroundWindow(): Handle | null;
  RegisterWindowMessageW(name: string): number;
  GetWindowThreadProcessId(window: Handle, pid: (number | null)[]): number;
  PostMessageW(window: Handle, message: number, wParam: Parameter, lParam: Parameter): BOOL;
  PostQuitMessage(exitCode: number): void;
  InSendMessage(): BOOL;
  GetMessageW(message: Message, window: null, first: number, last: number): number;
  PeekMessageW(message: Message, window: null, first: number, last: number, remove: number): BOOL;
  DispatchMessageW(message: Message): Parameter;
  MsgWaitForMultipleObjectsEx(
    count: number,
    handles: null,
    timeoutMs: number,
    wakeMask: number,
    flags: number,
  ): number;
}

export const user32: () => User32 = systemLibrary('user32.dll', (dll, koffi) => {
  // Nameless types: a name may be given once only.
  const windowClass = koffi.struct({
    cbSize: 'uint32_t',
    style: 'uint32_t',
    lpfnWndProc: 'void *',
    cbClsExtra: 'int32_t',
    cbWndExtra: 'int32_t',
    hInstance: 'void *',
    hIcon: 'void *',
    hCursor: 'void *',
    hbrBackground: 'void *',
    lpszMenuName: 'str16',
    lpszClassName: 'str16',
    hIconSm: 'void *',
  });
  const message = koffi.struct({
    hwnd: 'void *',
    message: 'uint32_t',
    wParam: 'uintptr_t',
    lParam: 'intptr_t',
    time: 'uint32_t',
    x: 'int32_t',
    y: 'int32_t',
    lPrivate: 'uint32_t',
  });
  const messageOut = koffi.out(koffi.pointer(message));
  const call = ['void *', 'uint32_t', 'uintptr_t', 'intptr_t'];
  return {
    windowClassBytes: koffi.sizeof(windowClass),
    copyDataType: koffi.struct({ dwData: 'uintptr_t', cbData: 'uint32_t', lpData: 'void *' }),
    windowProcedureType: koffi.pointer(koffi.proto('__stdcall', null, 'intptr_t', call)),
    RegisterClassExW: dll.func('__stdcall', 'RegisterClassExW', 'uint16_t', [koffi.pointer(windowClass)]),
    CreateWindowExW: dll.func(
      'void * __stdcall CreateWindowExW(uint32_t, str16, str16, uint32_t, int, int, int, int, void *, void *, void *, void *)',
    ),
    DestroyWindow: dll.func('int __stdcall DestroyWindow(void *)'),
    DefWindowProcW: dll.func('__stdcall', 'DefWindowProcW', 'intptr_t', call),
    SetWindowLongPtrW: dll.func('intptr_t __stdcall SetWindowLongPtrW(void *, int, void *)'),
    SetWindowTextW: dll.func('int __stdcall SetWindowTextW(void *, str16)'),
    SetWindowPos: dll.func('int __stdcall SetWindowPos(void *, void *, int, int, int, int, uint32_t)'),
    ChangeWindowMessageFilter: dll.func('int __stdcall ChangeWindowMessageFilter(uint32_t, uint32_t)'),
    ChangeWindowMessageFilterEx: dll.func(
      'int __stdcall ChangeWindowMessageFilterEx(void *, uint32_t, uint32_t, void *)',
    ),
    FindWindowW: dll.func('void * __stdcall FindWindowW(str16, str16)'),
    GetForegroundWindow: dll.func('void * __stdcall GetForegroundWindow()'),
    RegisterWindowMessageW: dll.func('uint32_t __stdcall RegisterWindowMessageW(str16)'),
    GetWindowThreadProcessId: dll.func(
      'uint32_t __stdcall GetWindowThreadProcessId(void *, _Out_ uint32_t *)',
    ),
    PostMessageW: dll.func('__stdcall', 'PostMessageW', 'int', call),
    PostQuitMessage: dll.func('void __stdcall PostQuitMessage(int)'),
    InSendMessage: dll.func('int __stdcall InSendMessage()'),
    GetMessageW: dll.func('__stdcall', 'GetMessageW', 'int', [messageOut, 'void *', 'uint32_t', 'uint32_t']),
    PeekMessageW: dll.func('__stdcall', 'PeekMessageW', 'int', [
      messageOut,
      ...['void *', 'uint32_t', 'uint32_t', 'uint32_t'],
    ]),
    DispatchMessageW: dll.func('__stdcall', 'DispatchMessageW', 'intptr_t', [koffi.pointer(message)]),
    MsgWaitForMultipleObjectsEx: dll.func(
      'uint32_t __stdcall MsgWaitForMultipleObjectsEx(uint32_t, void *, uint32_t, uint32_t, uint32_t)',
    ),
  };
});
