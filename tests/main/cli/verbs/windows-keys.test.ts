// `sallyport windows-keys`: what it takes, and what it says of Windows' keys.
import { describe, expect, it } from 'vitest';
import type { WindowsKey, WindowsKeyList } from '../../../../main/agent/ports/windows-keys.ts';
import { type CommandIo, UsageError } from '../../../../main/cli/parts/command.ts';
import { describeWindowsKeys, windowsKeysCommand } from '../../../../main/cli/verbs/windows-keys.ts';

const io: CommandIo = {
  env: {},
  print: () => Promise.resolve(),
  printAsIs: () => Promise.resolve(),
  complain: () => {},
};

const fingerprint = `SHA256:${'a'.repeat(43)}`;

describe('the command line', () => {
  it.each([
    [['sell'], /list, make, delete, use or hide/],
    [['list', 'x'], /takes nothing/],
    [['make'], /Name the key/],
    [['make', 'a/b'], /Name the key/],
    [['make', 'a', '--in', 'card'], /--in is one of tpm, hello, software/],
    [['make', 'a', '--type', 'dsa'], /--type is one of/],
    [['delete', 'a'], /fingerprint \(SHA256:…\) of the key to delete/],
    [['use', fingerprint, 'b'], /One key at a time/],
    [['use', fingerprint, '--in', 'tpm'], /for "make"/],
  ])('is refused: %j', async (args, why) => {
    const run = windowsKeysCommand.run(args, io);
    await expect(run).rejects.toBeInstanceOf(UsageError);
    await expect(run).rejects.toThrow(why);
  });
});

describe('the list', () => {
  const key: WindowsKey = {
    fingerprint,
    comment: 'work',
    kind: 'ECDSA P-256',
    publicKey: 'ecdsa-sha2-nistp256 AAAA',
    isOwn: true,
    home: 'tpm',
    provider: 'Microsoft Platform Crypto Provider',
    isAskedFor: false,
    isOffered: true,
  };
  const list = (change: Partial<WindowsKeyList>): WindowsKeyList => ({
    certificates: false,
    keys: [],
    leftOut: { noKey: 0, olderInterface: 0, kind: 0 },
    problems: [],
    homes: [],
    ...change,
  });

  it('says where each key is, whether Windows asks, and which are offered', () => {
    const thumbprint = 'ab'.repeat(20);
    const card: WindowsKey = {
      ...key,
      comment: 'Ada\u202e (certificate abababab)',
      isOwn: false,
      home: 'certificate',
      provider: 'A card',
      thumbprint,
      isAskedFor: true,
      isOffered: false,
    };
    expect(describeWindowsKeys(list({ keys: [key, card] }))).toEqual([
      '[x] work: ECDSA P-256, in the TPM',
      `    ${fingerprint} (made here)`,
      expect.stringMatching(/^\[ \] Ada.*: ECDSA P-256, in A card, Windows asks at each use$/),
      `    ${fingerprint} certificate ${thumbprint}`,
      'Certificates of yours are not offered unless you say otherwise.',
    ]);
  });

  it('says what is left out, and what can’t be asked', () => {
    const problems = [{ home: 'hello', reason: 'It does not answer.', remedy: 'Wait.' }] as const;
    const leftOut = { noKey: 2, olderInterface: 1, kind: 0 };
    expect(describeWindowsKeys(list({ certificates: true, leftOut, problems }))).toEqual([
      'Windows keeps no key that SSH can use.',
      'Certificates of yours are offered unless you say otherwise.',
      'Left out: 2 certificates without a private key here.',
      'Left out: 1 certificate whose key only the older interface (CSP) has.',
      'What is behind Windows Hello: It does not answer. Wait.',
    ]);
  });
});
