// Gives itself a console, starts `sallyport agent` in it, asks that for a signature and types the passphrase there.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { koffi } from '../../../ipc/win32/libraries/native-library.ts';

const [cli = '', key = '', comment = '', passphrase = ''] = process.argv.slice(2);
const patienceMs = 30_000;
const kernel32 = koffi().load('kernel32.dll');
const freeConsole = kernel32.func('int __stdcall FreeConsole()');
const allocConsole = kernel32.func('int __stdcall AllocConsole()');
const createFile = kernel32.func(
  'void * __stdcall CreateFileW(str16, uint32_t, uint32_t, void *, uint32_t, uint32_t, void *)',
);
const readScreen = kernel32.func(
  'int __stdcall ReadConsoleOutputCharacterW(void *, _Out_ uint16_t *, uint32_t, uint32_t, _Out_ uint32_t *)',
);
const writeInput = kernel32.func(
  'int __stdcall WriteConsoleInputW(void *, uint8_t *, uint32_t, _Out_ uint32_t *)',
);

function openConsole(name: 'CONIN$' | 'CONOUT$'): bigint {
  const [readAndWrite, shared, openExisting] = [0xc000_0000, 3, 3];
  return createFile(name, readAndWrite, shared, null, openExisting, 0, null);
}

function screenText(): string {
  const text = new Uint16Array(80 * 40);
  readScreen(openConsole('CONOUT$'), text, text.length, 0, [0]);
  return String.fromCharCode(...text);
}

/** Presses a key for each character: INPUT_RECORD with a KEY_EVENT_RECORD. */
function type(text: string): void {
  const input = openConsole('CONIN$');
  for (const character of text) {
    const record = new DataView(new ArrayBuffer(20));
    record.setUint16(0, 1, true);
    record.setInt32(4, 1, true);
    record.setUint16(8, 1, true);
    record.setUint16(14, character.charCodeAt(0), true);
    writeInput(input, new Uint8Array(record.buffer), 1, [0]);
  }
}

const sallyport = (...args: string[]) => spawn(process.execPath, [cli, ...args], { stdio: 'ignore' });

async function exitCodeOf(...args: string[]): Promise<number> {
  const [code] = await once(sallyport(...args), 'exit');
  return code as number;
}

/** Gives up when nothing was asked in good time. */
async function answerWhenAsked(): Promise<void> {
  const from = performance.now();
  while (!/[Pp]assphrase/.test(screenText())) {
    if (performance.now() - from > patienceMs) return;
    await delay(50);
  }
  type(`${passphrase}\r`);
}

freeConsole();
if (!allocConsole()) throw new Error('there is no console to be had');
// Any user of a Windows machine may make folders at the root of a drive: nothing there may be run.
process.chdir('C:\\');
mkdirSync('\\usr\\bin', { recursive: true });
writeFileSync('\\usr\\bin\\ssh-askpass', '');
sallyport('agent', '--doors', 'own-pipe', '--encrypted', key);
while ((await exitCodeOf('public', comment)) !== 0) await delay(100);
const signing = exitCodeOf('test-sign', comment);
await answerWhenAsked();
const signed = await signing;
const stopped = await exitCodeOf('agent', '--stop');
const echoed = screenText().includes(passphrase);
process.stdout.write(JSON.stringify({ signed, stopped, echoed }));
