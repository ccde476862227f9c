// The tokens of a library, in the process that has it: what a PIN is tried on, and how often.
import { expect, it } from 'vitest';
import type { Cryptoki } from '../../../../../main/key-stores/pkcs11/library/cryptoki.ts';
import { CryptokiError } from '../../../../../main/key-stores/pkcs11/library/cryptoki-numbers.ts';
import { Tokens } from '../../../../../main/key-stores/pkcs11/library/tokens.ts';

const initialisedWithPin = 0x404n;
const deviceRemoved = 0x32n;

/** A token without keys, whose sign-in is the test's. */
function library(login: (session: bigint) => void) {
  let sessions = 0n;
  const closed: bigint[] = [];
  const fake = {
    description: 'fake',
    slots: () => [7n],
    tokenInfo: () => ({ label: 't', maker: 'm', model: 'o', serial: '1', flags: initialisedWithPin }),
    openSession: () => ++sessions,
    closeSession: (session: bigint) => void closed.push(session),
    find: () => [],
    logout: () => {},
    login,
  };
  return { tokens: new Tokens(fake as unknown as Cryptoki), closed };
}

const idOf = (tokens: Tokens) => tokens.list().tokens[0]?.id ?? '';

it('tries a PIN once, also where the token says that it was away: it may have counted the try', () => {
  let tries = 0;
  const { tokens } = library(() => {
    tries++;
    throw new CryptokiError(deviceRemoved);
  });
  expect(() => tokens.open(idOf(tokens), new Uint8Array(4))).toThrow('no-token');
  expect(tries).toBe(1);
});

it('tries a PIN in a session that was opened for it, and closes the former one', () => {
  const tried: bigint[] = [];
  const { tokens, closed } = library((session) => void tried.push(session));
  tokens.open(idOf(tokens), new Uint8Array(4));
  expect(tried).toEqual([2n]);
  expect(closed).toEqual([1n]);
  expect(tokens.list().tokens[0]?.isOpen).toBe(true);
});
