// Where other agents of a person usually listen.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findUpstreams, gnupgSocketsOnWindows } from '../../../../main/key-stores/upstream/find-upstreams.ts';
import { SilentPlaceError } from '../../../../main/key-stores/upstream/place-looks.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-find-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function make(name: string): string {
  const path = join(dir, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  return path;
}

describe.skipIf(process.platform === 'win32')('other agents', () => {
  it('are found where they are, by the names of their programs', async () => {
    const gpg = make('run/gnupg/S.gpg-agent.ssh');
    const onePassword = make('home/.1password/agent.sock');
    const session = make('session.sock');
    const env = { XDG_RUNTIME_DIR: join(dir, 'run'), SSH_AUTH_SOCK: session };
    expect(await findUpstreams(env, join(dir, 'home'))).toEqual([
      { address: gpg, title: 'gpg-agent' },
      { address: onePassword, title: '1Password' },
      { address: session, title: 'The agent of this session' },
    ]);
  });

  it('are found once, by what is known best of them', async () => {
    const address = make('run/ssh-agent.socket');
    const env = { XDG_RUNTIME_DIR: join(dir, 'run'), SSH_AUTH_SOCK: address };
    expect(await findUpstreams(env, join(dir, 'home'))).toEqual([{ address, title: 'OpenSSH’s agent' }]);
  });

  it('are none where nothing is, or where the environment names no path', async () => {
    expect(await findUpstreams({ XDG_RUNTIME_DIR: 'run', SSH_AUTH_SOCK: 'here' }, join(dir, 'home'))).toEqual(
      [],
    );
    expect(await findUpstreams({}, join(dir, 'home'))).toEqual([]);
  });

  it('are found although a place does not answer', async () => {
    const asked: string[] = [];
    const look = async (path: string) => {
      asked.push(path);
      if (path.startsWith('/home/')) throw new SilentPlaceError();
      return path;
    };
    const found = await findUpstreams({ SSH_AUTH_SOCK: '/tmp/agent' }, '/home/kim', look);
    expect(found).toEqual([{ address: '/tmp/agent', title: 'The agent of this session' }]);
    expect(asked).toHaveLength(4);
  });
});

it('on Windows no GnuPG is looked for in an AppData folder of another machine', () => {
  const env = { LOCALAPPDATA: 'C:\\Users\\kim\\AppData\\Local', APPDATA: '\\\\server\\users\\kim' };
  expect(gnupgSocketsOnWindows(env)).toEqual([
    { address: 'C:\\Users\\kim\\AppData\\Local\\gnupg\\S.gpg-agent.ssh', title: 'gpg-agent' },
  ]);
});
