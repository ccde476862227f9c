// What Windows says of the foreground, the taskbar's theme and its message, as the tray application asks it.
import { execFileSync } from 'node:child_process';
import { load } from 'koffi';
import { foregroundWindow } from '../../../ipc/win32/desktop/foreground-window.ts';
import { createHiddenWindow, registerWindowClass } from '../../../ipc/win32/desktop/message-window.ts';
import {
  acceptFromLowerIntegrity,
  registeredMessage,
} from '../../../ipc/win32/desktop/registered-message.ts';
import { userRegistryNumber } from '../../../ipc/win32/registry/registry-value.ts';

const user32 = load('user32.dll');
const showWindow = user32.func('int __stdcall ShowWindow(void *, int)');
const setForegroundWindow = user32.func('int __stdcall SetForegroundWindow(void *)');
const SW_SHOW = 5;

registerWindowClass('SallyportForeground');
const windows = ['one', 'other'].map((title) => createHiddenWindow('SallyportForeground', title));
const inFront = windows.map((window) => {
  showWindow(window, SW_SHOW);
  setForegroundWindow(window);
  return windows.indexOf(foregroundWindow() ?? 0n);
});

const theme = 'Software\\Sallyport test\\Themes';
const write = (type: string, data: string) =>
  execFileSync('reg.exe', ['add', `HKCU\\${theme}`, '/v', 'Light', '/t', type, '/d', data, '/f'], {
    stdio: 'ignore',
  });
const read = () => userRegistryNumber(theme, 'Light') ?? 'none';
const numbers = [read()];
for (const number of ['0', '1', '4294967295']) {
  write('REG_DWORD', number);
  numbers.push(read());
}
write('REG_SZ', '1');
numbers.push(read());
execFileSync('reg.exe', ['delete', 'HKCU\\Software\\Sallyport test', '/f'], { stdio: 'ignore' });

const message = registeredMessage('TaskbarCreated');
const isSame = message === registeredMessage('TaskbarCreated');
acceptFromLowerIntegrity(message);
process.stdout.write(JSON.stringify({ inFront, numbers, message, isSame }));
