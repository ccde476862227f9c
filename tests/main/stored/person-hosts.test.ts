// The hosts of the person, with all their files in a folder of the test.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { personHosts } from '../../../main/stored/person-hosts.ts';
import { ed25519Key } from '../../fakes/test-key.ts';

vi.mock('node:os', { spy: true });

const key = `SHA256:${'a'.repeat(43)}`;
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sallyport-person-'));
  vi.mocked(homedir).mockReturnValue(home);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const hosts = (set: ReadonlyMap<string, readonly string[]> = new Map()) =>
  personHosts({ XDG_CONFIG_HOME: join(home, 'config'), APPDATA: join(home, 'config') }, { current: set });

function write(name: string, text: string): void {
  mkdirSync(join(home, name, '..'), { recursive: true, mode: 0o700 });
  writeFileSync(join(home, name), text, { mode: 0o600 });
}

it.skipIf(process.platform === 'win32')(
  'are those of ssh, and to be offered a key those of PuTTY, too',
  async () => {
    const blob = Buffer.from(ed25519Key().blob).toString('base64');
    write(
      '.ssh/known_hosts',
      `web,192.0.2.1 ssh-ed25519 ${blob}\n|1|c2FsdA==|${'A'.repeat(27)}= ssh-ed25519 ${blob}\n`,
    );
    write('.ssh/config', 'Host short *.example.com\n');
    write('.putty/sshhostkeys', `ssh-ed25519@2222:of-putty 0x${'1'.repeat(64)},0x${'2'.repeat(64)}\n`);
    expect(await hosts().known('restrict')).toEqual(['192.0.2.1', 'short', 'web']);
    expect(await hosts().known('offer')).toEqual(['192.0.2.1', '[of-putty]:2222', 'short', 'web']);
    expect(await hosts().destinationsFor(['web'])).toHaveLength(1);
    await expect(hosts().destinationsFor(['of-putty'])).rejects.toThrow('not in known_hosts');
  },
);

it('that are set show those of a key that the file names by a path, as the person’s own', async () => {
  await hosts().setFor(key, 'k', ['a']);
  expect(hosts(new Map([[key, ['a', 'by-path', 'by-path']]])).setOf(key)).toEqual([
    { host: 'a', isByHand: false },
    { host: 'by-path', isByHand: true },
  ]);
});

it('that are set anew are taken back, and no others', async () => {
  await hosts().setFor(key, 'k', ['a']);
  const takeBack = await hosts().setFor(key, 'k', ['a', 'b']);
  expect(hosts().setOf(key)).toHaveLength(2);
  await takeBack();
  expect(hosts().setOf(key)).toEqual([{ host: 'a', isByHand: false }]);
});
