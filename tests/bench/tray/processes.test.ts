import { expect, it } from 'vitest';
import { kindIn, ownMbIn, processTree } from '../../../bench/tray/processes.ts';

it('Chromium’s processes say what they are, in arguments of their own or in one line', () => {
  expect(kindIn('/usr/bin/chromium\0--headless\0--user-data-dir=/tmp/x\0')).toBe('browser');
  expect(kindIn('/usr/bin/chromium\0--type=gpu-process\0--disable-gpu\0')).toBe('gpu-process');
  expect(kindIn('/usr/bin/chromium --type=renderer --lang=en-GB')).toBe('renderer');
});

it('memory that is shared counts by its share', () => {
  expect(ownMbIn('Rss: 200000 kB\nPss: 1000 kB\nPss_Anon: 5 kB\n')).toBeCloseTo(1.024);
  expect(ownMbIn('')).toBeNaN();
});

it('a process is listed with its memory', () => {
  const [main] = processTree(process.pid);
  expect(main).toMatchObject({ pid: process.pid, kind: 'main' });
  expect(main?.residentMb).toBeGreaterThan(10);
});
