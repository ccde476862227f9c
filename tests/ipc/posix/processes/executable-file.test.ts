import { closeSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ExecutableFile } from '../../../../ipc/posix/processes/executable-file.ts';

test.runIf(process.platform === 'linux')(
  'a file that is held no more tells no path of what has its number now',
  () => {
    const untold = ExecutableFile.open('/proc/self');
    const told = ExecutableFile.open('/proc/self');
    expect(told?.path).toBe(process.execPath);
    for (const file of [untold, told]) file?.close();
    const others = [openSync('/dev/null', 'r'), openSync('/dev/null', 'r')];
    expect([untold?.path, told?.path]).toEqual([undefined, process.execPath]);
    for (const other of others) closeSync(other);
  },
);
