// Which key a person means.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../../../../main/cli/parts/command.ts';
import { findKey } from '../../../../../main/cli/parts/keys/find-key.ts';
import type { ListedKey } from '../../../../../main/client/agent-replies.ts';
import { parsePublicKeyLine } from '../../../../../main/keys/files/public-key-line.ts';
import { md5Fingerprint, sha256Fingerprint } from '../../../../../main/keys/kinds/shared/fingerprint.ts';

const path = (name: string) => fileURLToPath(new URL(`../../../../fixtures/keys/${name}`, import.meta.url));
const listed = (name: string, comment: string): ListedKey => ({
  blob: parsePublicKeyLine(readFileSync(path(`${name}.pub`), 'utf8').trim()).publicKey.blob,
  comment,
});

const ed25519 = listed('ed25519', 'work');
const p256 = listed('p256', 'home');
const certificate = listed('p256-cert', 'home');
const keys = [ed25519, certificate, p256];
const fingerprint = sha256Fingerprint(ed25519.blob);

const found = async (word: string, among: readonly ListedKey[] = keys) => [
  ...(await findKey(among, word)).entries,
];

describe('a key is found by', () => {
  it('its SHA256 fingerprint, whole, cut, and without the prefix', async () => {
    for (const word of [fingerprint, fingerprint.slice(0, 15), fingerprint.slice('SHA256:'.length, 20)])
      expect(await found(word), word).toEqual([ed25519]);
  });

  it('its MD5 fingerprint with the prefix, in either case', async () => {
    const md5 = md5Fingerprint(ed25519.blob);
    expect(await found(md5)).toEqual([ed25519]);
    expect(await found(`MD5:${md5.slice(4, 15).toUpperCase()}`)).toEqual([ed25519]);
    await expect(found(md5.slice(4, 15))).rejects.toThrow(CommandError);
  });

  it('its comment, with its certificates after the plain key', async () => {
    expect(await found('work')).toEqual([ed25519]);
    expect(await found('home')).toEqual([p256, certificate]);
  });

  it('its private key file, clear or encrypted, and its .pub file', async () => {
    for (const name of ['ed25519.openssh', 'ed25519.openssh-aes256-ctr', 'ed25519.ppk', 'ed25519.pub'])
      expect(await found(path(name)), name).toEqual([ed25519]);
  });

  it('a certificate’s file: that certificate alone', async () => {
    expect(await found(path('p256-cert.pub'))).toEqual([certificate]);
  });
});

describe('no key is found', () => {
  it('for a word, a fingerprint or a file of no listed key', async () => {
    for (const word of ['nothing', 'SHA256:', '', 'SHA256:AAAAAAAA', path('p384.pub'), path('')])
      await expect(found(word), word).rejects.toThrow(/The agent has no key/);
  });

  it('for less than 8 characters of a fingerprint, which may be a slip', async () => {
    const md5 = md5Fingerprint(ed25519.blob);
    for (const word of [fingerprint.slice(0, 14), md5.slice(0, 14)])
      await expect(found(word), word).rejects.toThrow(/too little of a fingerprint to be meant/);
    await expect(found(fingerprint.slice(7, 14))).rejects.toThrow(/The agent has no key/);
    expect(await found(md5.slice(0, 15))).toEqual([ed25519]);
  });

  it('for a file that is no key file, with the reason', async () => {
    await expect(found(path('generate.sh'))).rejects.toThrow(/not a private key file/);
  });

  it('when a comment and another key’s fingerprint or file say the same', async () => {
    const impostor = { ...p256, comment: fingerprint.slice(0, 15) };
    await expect(found(impostor.comment, [ed25519, impostor])).rejects.toThrow(/may mean any of these/);
    const named = { ...p256, comment: path('ed25519.pub') };
    const failure = found(named.comment, [ed25519, named]);
    await expect(failure).rejects.toThrow(sha256Fingerprint(p256.blob));
    await expect(failure).rejects.toThrow(fingerprint);
  });
});

it('a whole fingerprint is its key’s, whatever the comments say', async () => {
  expect(await found(fingerprint, [{ ...p256, comment: fingerprint }, ed25519])).toEqual([ed25519]);
});

it('a comment that looks like a file that is no key file is a comment', async () => {
  const named = { ...p256, comment: path('generate.sh') };
  expect(await found(named.comment, [ed25519, named])).toEqual([named]);
});
