// `npm start`: the tray app where it can run, else the agent, with the reason.
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InstalledCommand } from '../fakes/installed-command.ts';

let command: InstalledCommand;
let startPath = '';

beforeAll(async () => {
  command = await InstalledCommand.install();
  startPath = join(command.dir, 'project/dist/main/start.js');
  mkdirSync(join(command.dir, 'project/dist'), { recursive: true });
  mkdirSync(join(command.dir, 'project/node_modules/electron/dist'), { recursive: true });
  // As in the project: dist/ beside node_modules/.
  await command.shell(
    'mv app/main project/dist/main; mv app/node_modules/* project/node_modules; mv app/package.json project',
  );
});
afterAll(() => command.remove());

const installerPath = () => join(command.dir, 'project/node_modules/electron/install.js');
const electronPath = () => join(command.dir, 'project/node_modules/electron/dist/electron');

function start(args: readonly string[], env: Record<string, string> = {}) {
  return command.shell(`'${process.execPath}' "$START" ${args.join(' ')}`, {
    env: { START: startPath, DISPLAY: ':98', ...env },
  });
}

describe('npm start', () => {
  it('runs the agent in the foreground where Electron’s program is missing, and says why', async () => {
    writeFileSync(join(command.dir, 'project/dist/main/app.js'), '');
    const { code, stdout, stderr } = await start(['--', 'sh', '-c', `'test -S "$SSH_AUTH_SOCK" && exit 7'`]);
    expect([code, stdout]).toEqual([7, '']);
    expect(stderr).toMatch(
      /^sallyport: The agent runs without a tray, since the Electron program could not be fetched[^\n]*\n$/,
    );
  });

  it('does not fetch Electron where there is no display to show it on', async () => {
    writeFileSync(installerPath(), 'process.exit(1)');
    const { stderr } = await start(['--', 'true'], { DISPLAY: '' });
    rmSync(installerPath());
    expect(stderr).toBe('sallyport: The agent runs without a tray, since there is no display.\n');
  });

  it('a second time gives the lines of the agent that runs, and says how that one ends', async () => {
    const env = { DISPLAY: '', npm_lifecycle_event: 'start' };
    const first = command.spawn(process.execPath, [startPath], { env });
    const ended = once(first, 'exit');
    const [chunk] = (await once(first.stdout ?? first, 'data')) as [Buffer];
    const address = chunk.toString();
    expect(address).toMatch(/^SSH_AUTH_SOCK=.*\nSSH_AGENT_PID=.*\n$/);
    const { code, stdout, stderr } = await start([], env);
    expect([code, stderr]).toEqual([
      0,
      'sallyport: The agent runs without a tray, since there is no display.\n',
    ]);
    expect(stdout.startsWith(`${address}#`)).toBe(true);
    expect(stdout).toContain(`“kill ${first.pid}”, ends it.\n`);
    // The command is in no PATH then.
    const cli = join(command.dir, 'project/dist/main/cli.js');
    expect(stdout).toContain(`#   node ${cli} add FILE\n`);
    // Who wants something of a new agent is not given another one.
    const wishing = await start(['--unlock-once'], env);
    expect([wishing.code, wishing.stdout]).toEqual([1, '']);
    expect(wishing.stderr).toContain('already listening');
    first.kill();
    await ended;
  });

  it('fetches Electron’s program when it is first needed, and starts it', async () => {
    const program = '#!/bin/sh\nexit 4\n';
    writeFileSync(
      installerPath(),
      `require('node:fs').writeFileSync(${JSON.stringify(electronPath())}, ${JSON.stringify(program)}, { mode: 0o700 });`,
    );
    writeFileSync(join(command.dir, 'project/node_modules/electron/package.json'), '{"type":"commonjs"}');
    const { code, stderr } = await start([]);
    rmSync(installerPath());
    rmSync(electronPath());
    expect([code, stderr]).toEqual([4, 'sallyport: Fetching Electron for the tray, this once.\n']);
  });

  it('says so when the build has no tray app', async () => {
    rmSync(join(command.dir, 'project/dist/main/app.js'), { force: true });
    expect((await start(['--', 'true'])).stderr).toContain('the tray app is not part of this build');
  });

  it('starts the tray app where it can, with the arguments and its exit code', async () => {
    writeFileSync(join(command.dir, 'project/dist/main/app.js'), '');
    writeFileSync(electronPath(), '#!/bin/sh\necho "$@"\nexit 3\n', { mode: 0o700 });
    const { code, stdout, stderr } = await start(['--hidden']);
    rmSync(electronPath());
    expect([code, stderr]).toEqual([3, '']);
    expect(stdout).toBe(`${join(command.dir, 'project')}/ --hidden\n`);
  });
});
