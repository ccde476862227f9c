// `npm run bench` measures real agents, and leaves none behind. What it measures here, shortly and among other tests, means nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { run, runOk } from './support/run-program.ts';
import { cliPath, openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
const bench = fileURLToPath(new URL('../../bench/run.ts', import.meta.url));
const build = resolve(dirname(cliPath), '..');
/** Its folders lie in the workspace's. */
const options = () => ({ env: { ...space.env, TMPDIR: space.dir }, timeoutMs: 50_000 });
const folders = () => readdirSync(space.dir).filter((name) => name.startsWith('sallyport-bench-'));

it('compares Sallyport with the other agents that are here, in a table and as JSON', async () => {
  const json = space.path('bench.json');
  const rows = ['--only', 'list, 1 key', '--only', 'sign, ed25519, 1 connection'];
  const args = [bench, '--quick', '--seconds', '0.05', '--build', build, '--json', json, ...rows];
  const printed = await runOk(process.execPath, args, options());
  expect(printed).toMatch(/^\| measurement +\| Sallyport +\| OpenSSH /m);
  expect(printed).toMatch(/^\| list, 1 key, 64 connections +\| [\d,.]+\/s/m);
  expect(printed).toMatch(/^\| list, 1 key, p50, on one core +\| [\d,.]+ us/m);
  expect(printed).toMatch(/^\| sign, Ed25519, 1 connection +\| [\d,.]+\/s/m);
  expect(printed).toContain('with --no-prompt: Ask before use of all keys: never');
  expect(printed).toMatch(/Load average [\d.]+ before, [\d.]+ after/);
  const written = JSON.parse(readFileSync(json, 'utf8')) as {
    readonly verdicts: readonly { readonly reached: number }[];
    readonly problems: readonly string[];
  };
  expect(written.problems).toEqual([]);
  expect(written.verdicts.map(({ reached }) => reached > 0)).toEqual(Array(5).fill(true));
  expect(folders()).toEqual([]);
});

it('compares two builds', async () => {
  const args = ['compare', build, build, '--quick', '--seconds', '0.05', '--only', 'list, 1 key, p50'];
  const printed = await runOk(process.execPath, [bench, ...args], options());
  expect(printed).toMatch(/^\| measurement +\| before +\| after +\| ratio to before +\|$/m);
  expect(printed).toMatch(/^\| list, 1 key, p50 +\| [\d,.]+ us +\| [\d,.]+ us/m);
});

it('says what is wrong with its command line', async () => {
  const result = await run(process.execPath, [bench, '--build', build, '--only', 'tea'], options());
  expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('No row has “tea” in its name.') });
  expect(result.stderr).not.toContain('    at ');
});

it('ends its agents when it is interrupted', async () => {
  const args = [bench, '--build', build, '--seconds', '30', '--only', 'list, 1 key, p50'];
  const { env } = options();
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  const sockets = () =>
    folders().flatMap((folder) => readdirSync(space.path(folder)).filter((name) => name.startsWith('s')));
  await eventually('an agent or a server listens', () => sockets().length > 0);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([130, null]);
  expect(folders()).toEqual([]);
  await eventually('what it started is gone', () => startedFrom(space.dir).length === 0);
});

/** Processes that name this folder in their arguments. */
function startedFrom(dir: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    const path = `/proc/${pid}/cmdline`;
    try {
      return (
        /^\d+$/.test(pid) &&
        existsSync(path) &&
        readFileSync(path, 'utf8').includes(`${dir}/sallyport-bench-`)
      );
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}
