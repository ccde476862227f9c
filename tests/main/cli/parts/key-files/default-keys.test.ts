// Which keys are meant where nobody names one.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultKeyFiles, personSshFolder } from '../../../../../main/cli/parts/key-files/default-keys.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'default-keys-'));
  mkdirSync(join(home, '.ssh'));
});
afterEach(() => rmSync(home, { recursive: true }));

const path = (name: string) => join(home, '.ssh', name);

describe('the default keys', () => {
  it('are those of ssh-add in its order, and nothing else in the folder', () => {
    const names = [
      'id_dsa',
      'id_mldsa44_ed25519',
      'id_ed25519_sk',
      'id_ed25519',
      'id_ecdsa_sk',
      'id_ecdsa',
      'id_rsa',
    ];
    for (const name of [...names, 'id_rsa.pub', 'id_ed25519-cert.pub', 'work', 'config'])
      writeFileSync(path(name), '');
    expect(defaultKeyFiles(home)).toEqual([
      path('id_rsa'),
      path('id_ecdsa'),
      path('id_ecdsa_sk'),
      path('id_ed25519'),
      path('id_ed25519_sk'),
      path('id_mldsa44_ed25519'),
      path('id_dsa'),
    ]);
  });

  it('may be links, but none that lead nowhere', () => {
    writeFileSync(path('real'), '');
    symlinkSync('real', path('id_rsa'));
    symlinkSync('gone', path('id_ed25519'));
    expect(defaultKeyFiles(home)).toEqual([path('id_rsa')]);
  });

  it.each(['', 'relative', '.'])('are never in the working directory: home %j', (odd) => {
    expect([personSshFolder(odd), defaultKeyFiles(odd)]).toEqual([undefined, []]);
  });
});
