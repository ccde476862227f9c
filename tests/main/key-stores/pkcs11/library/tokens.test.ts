// The tokens of a library, in the process that has it: what a PIN is tried on, and how often.
import { afterEach, expect, it, vi } from 'vitest';
import {
  type Cryptoki,
  ulongBytesOf,
  ulongOf,
} from '../../../../../main/key-stores/pkcs11/library/cryptoki.ts';
import {
  attribute,
  CryptokiError,
  keyType,
  objectClass,
  tokenFlag,
  userType,
} from '../../../../../main/key-stores/pkcs11/library/cryptoki-numbers.ts';
import { Tokens } from '../../../../../main/key-stores/pkcs11/library/tokens.ts';
import { der, encodeDer } from '../../../../../main/keys/encoding/der.ts';
import { ed25519Key } from '../../../../fakes/test-key.ts';

afterEach(() => void vi.useRealTimers());

const initialisedWithPin = 0x404n;
const deviceRemoved = 0x32n;

/** A token without keys, whose sign-in is the test's. */
function library(login: Cryptoki['login'], more: Partial<Cryptoki> = {}) {
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
    ...more,
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

it('tries no PIN on a token that has locked it since it was listed', () => {
  let flags = initialisedWithPin;
  const tried: bigint[] = [];
  const { tokens } = library((session) => void tried.push(session), {
    tokenInfo: () => ({ label: 't', maker: 'm', model: 'o', serial: '1', flags }),
  });
  const id = idOf(tokens);
  flags |= tokenFlag.USER_PIN_LOCKED;
  expect(() => tokens.open(id, new Uint8Array(4))).toThrow('pin-locked');
  expect(tried).toEqual([]);
});

it('signs out before it tries a PIN: what another one has opened is not taken for opened by it', () => {
  const calls: string[] = [];
  const { tokens } = library(() => void calls.push('login'), { logout: () => void calls.push('logout') });
  const id = idOf(tokens);
  tokens.open(id, new Uint8Array(4));
  tokens.open(id, new Uint8Array(4));
  expect(calls.slice(-3)).toEqual(['login', 'logout', 'login']);
});

it('has no PIN any more once the token is locked', () => {
  vi.useFakeTimers();
  const { tokens } = library(() => {});
  const id = idOf(tokens);
  tokens.open(id, new Uint8Array(4));
  expect(vi.getTimerCount()).toBe(1);
  tokens.lock(id);
  // What would drop it later has nothing to do.
  expect(vi.getTimerCount()).toBe(0);
});

it('tries no PIN where another token says the same of itself, also one that was put in just now', () => {
  let slots = [7n];
  const tried: bigint[] = [];
  const { tokens } = library((session) => void tried.push(session), { slots: () => slots });
  const id = idOf(tokens);
  slots = [3n, 7n];
  expect(() => tokens.open(id, new Uint8Array(4))).toThrow('double');
  for (const twin of tokens.list().tokens)
    expect(() => tokens.open(twin.id, new Uint8Array(4))).toThrow('double');
  expect(tried).toEqual([]);
  slots = [7n];
  tokens.open(id, new Uint8Array(4));
  expect(tried).toHaveLength(1);
});

it('keeps the PIN for a key that wants it each time for one signature, and no longer than 30 seconds', () => {
  vi.useFakeTimers();
  const key = ed25519Key();
  const logins: [user: bigint, pin: Uint8Array | undefined, text: string][] = [];
  const attributes: Record<string, Uint8Array> = {
    [String(attribute.KEY_TYPE)]: ulongBytesOf(keyType.EC_EDWARDS),
    [String(attribute.EC_PARAMS)]: encodeDer(der.oid('1.3.101.112')),
    [String(attribute.EC_POINT)]: key.blob.slice(-32),
    [String(attribute.ID)]: Uint8Array.of(1),
    [String(attribute.ALWAYS_AUTHENTICATE)]: Uint8Array.of(1),
  };
  const { tokens } = library(
    (_session, user, pin) => void logins.push([user, pin, new TextDecoder().decode(pin)]),
    {
      find: (_session, [[, value] = [0n, new Uint8Array()]]) =>
        ulongOf(value) === objectClass.CERTIFICATE ? [] : [1n],
      attributes: (_session, _object, types) => types.map((type) => attributes[String(type)]),
      sign(_session, _key, _type, _data, authenticate) {
        authenticate();
        return new Uint8Array(64);
      },
    },
  );
  const token = idOf(tokens);
  const pin = new TextEncoder().encode('1234');
  const sign = () =>
    tokens.sign({ token, blob: key.blob, algorithm: 'ssh-ed25519', data: new Uint8Array(1) });
  tokens.open(token, pin);
  sign();
  expect(logins.map(([user, , text]) => [user, text])).toEqual([
    [userType.USER, '1234'],
    [userType.CONTEXT_SPECIFIC, '1234'],
  ]);
  expect(logins[1]?.[1]).toEqual(new Uint8Array(4));
  expect(sign).toThrow('pin-needed');
  tokens.open(token, pin);
  vi.advanceTimersByTime(30_000);
  expect(sign).toThrow('pin-needed');
  expect(logins).toHaveLength(3);
});
