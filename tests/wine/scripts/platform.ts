// Shows that node.exe, the bundle and koffi work: platform, an environment variable, our process id by Win32.
import { load } from 'koffi';

const getCurrentProcessId = load('kernel32.dll').func('uint32_t __stdcall GetCurrentProcessId()');
// SAFETY: takes nothing, returns a number.
const pid: number = getCurrentProcessId();
process.stdout.write(`${process.platform} ${process.env['LANE_WORD']} ${pid}\n`);
process.exitCode = Number(process.argv[2]);
