// `npm run bench -- tray` measures the built program. What it measures among other tests means nothing.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, test } from './driver/fixtures.ts';

test('the tray’s memory and the time of its prompts are measured', async () => {
  test.skip(driverName !== 'stand-in', onlyStandIn);
  test.skip(process.platform !== 'linux', 'it reads /proc');
  const build = resolve(process.env['SALLYPORT_DIST'] ?? 'dist');
  const args = [resolve('bench/run.ts'), 'tray', build, '--quick'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });
  expect(stdout).toMatch(/^\| Sallyport, started +\| [\d.]+ MB +\| [\d.]+ MB in \d+ +\| \d+ /m);
  expect(stdout).toMatch(/^\| passphrase field, first +\| [\d,.]+ ms/m);
  expect(stdout).toMatch(/^\| Allow, of a confirmation, median of 1 +\| [\d,.]+ ms/m);
  expect(stdout).not.toContain('NaN');
});
