// Where an agent listens that is told no place, and what stays of that.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultSocketPath } from '../../../main/client/find/agent-address.ts';
import { freshSocketPlace, sharedSocketPath } from '../../../main/doors/socket-place.ts';
import { platformDoors } from '../../../main/shell/platform-doors.ts';
import { scriptedAgent } from '../../fakes/scripted-agent.ts';

/** Removes by a timer what lies in /tmp for days, on most systems with systemd. */
const tidier = '/usr/bin/systemd-tmpfiles';
const failOnComplaint = (line: string) => expect.fail(line);
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
  mkdirSync(join(dir, 'tmp'));
  vi.stubEnv('TMPDIR', join(dir, 'tmp'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

describe('the directory of a user’s agents in the temporary folder', () => {
  it.runIf(existsSync(tidier))(
    'stays without agents where old files are removed, so that no other user takes its name',
    async () => {
      const place = dirname(await sharedSocketPath({}, failOnComplaint));
      writeFileSync(join(place, 'old'), '');
      writeFileSync(join(dir, 'tidy.conf'), `d ${join(dir, 'tmp')} 0755 - - 0\n`);
      execFileSync(tidier, ['--clean', join(dir, 'tidy.conf')]);
      expect(existsSync(place) && readdirSync(place)).toEqual(['.keep']);
      expect(statSync(place).mode & 0o777).toBe(0o700);
    },
  );

  it('has the directory of a command’s agent, whose name nobody else could take when that has ended', async () => {
    const shared = dirname(await sharedSocketPath({}, failOnComplaint));
    const { path, tidyUp } = await freshSocketPlace();
    expect(dirname(dirname(path))).toBe(shared);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    await tidyUp();
    expect(readdirSync(join(dir, 'tmp'), { recursive: true })).toEqual([
      basename(shared),
      join(basename(shared), '.keep'),
    ]);
  });

  it('leaves a command’s agent a place beside it where it can’t be used, and nothing stays of that', async () => {
    const taken = join(dir, 'tmp', `sallyport-${process.geteuid?.()}`);
    writeFileSync(taken, '', { mode: 0o600 });
    const { path, tidyUp } = await freshSocketPlace();
    expect(dirname(dirname(path))).toBe(join(dir, 'tmp'));
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    await tidyUp();
    expect(readdirSync(join(dir, 'tmp'))).toEqual([basename(taken)]);
  });

  it.runIf(process.platform === 'linux')('is named with the reason where it can’t be made', async () => {
    vi.stubEnv('TMPDIR', '/proc');
    // Root is told that it can't be, others that they may not.
    const reason =
      /^The directory \/proc\/sallyport-\d+ can’t be made: (no such file or directory|permission denied)\.$/;
    await expect(freshSocketPlace()).rejects.toThrow(reason);
    const [door] = await platformDoors({}, failOnComplaint);
    await expect(door?.start(scriptedAgent().openSession)).rejects.toThrow(reason);
  });

  it('is where the tray application listens without XDG_RUNTIME_DIR, and the command finds it', async () => {
    const [door, ...others] = await platformDoors({}, failOnComplaint);
    expect(others).toEqual([]);
    await door?.start(scriptedAgent().openSession);
    expect(door?.state).toEqual({ status: 'listening', address: defaultSocketPath({}) });
    await door?.stop();
  });
});
