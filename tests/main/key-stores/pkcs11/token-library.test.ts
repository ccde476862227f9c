// A library for tokens as the agent holds it: what it may have us do, and what of it outlives who asked for it.
import { afterEach, expect, it } from 'vitest';
import { encodeTokenList } from '../../../../main/key-stores/pkcs11/library/token-messages.ts';
import { TokenLibrary } from '../../../../main/key-stores/pkcs11/token-library.ts';
import type { LibraryEnds } from '../../../../main/library-process/library-channel.ts';
import {
  encodeLibraryReply,
  type LibraryRequest,
  parseLibraryRequest,
} from '../../../../main/library-process/library-messages.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { settle } from '../../../fakes/settle.ts';

let library: TokenLibrary | undefined;
afterEach(() => library?.close());

/** `asked` has what the process is asked but for loading, and `reply` answers it. */
function tokenLibrary({ answersLoad = true } = {}) {
  const starts: string[] = [];
  const asked: LibraryRequest[] = [];
  const clock = new ManualClock();
  let to: LibraryEnds | undefined;
  const reply = ({ id }: { id: number }, body: Uint8Array = new Uint8Array()) =>
    to?.onMessage(encodeLibraryReply({ kind: 'result', id, body }));
  library = new TokenLibrary('/lib.so', {
    clock,
    assertLoadable: async () => {},
    start(program, ends) {
      starts.push(program);
      to = ends;
      const send = (message: Uint8Array) => {
        const request = parseLibraryRequest(message.slice());
        if (request.operation === 'load' && answersLoad) reply(request);
        else asked.push(request);
      };
      return { send, kill: () => {} };
    },
  });
  const event = () => to?.onMessage(encodeLibraryReply({ kind: 'event', body: new Uint8Array() }));
  return { library, asked, reply, clock, event, starts };
}

const next = async (asked: LibraryRequest[], operation: string): Promise<LibraryRequest> => {
  await expect.poll(() => asked.at(-1)?.operation).toBe(operation);
  return asked.at(-1) as LibraryRequest;
};

it.each([
  ['load', 15_000],
  ['open', 30_000],
])('that hangs is ended when its time is over: %s', async (operation, limitMs) => {
  const { library: tokens, asked, clock } = tokenLibrary({ answersLoad: operation !== 'load' });
  const opening = tokens.open('a token', new Uint8Array(4), new AbortController().signal);
  let failure: unknown;
  opening.catch((error: unknown) => {
    failure = error;
  });
  await next(asked, operation);
  clock.advance(limitMs - 1);
  await settle();
  expect(failure).toBeUndefined();
  clock.advance(1);
  await expect(opening).rejects.toThrow('The library for the token did not answer in time.');
});

it('is signed out of a token that was opened for somebody who had left', async () => {
  const { library: tokens, asked, reply } = tokenLibrary();
  const leaving = new AbortController();
  const opening = expect(tokens.open('a token', new Uint8Array(4), leaving.signal)).rejects.toThrow('left');
  const open = await next(asked, 'open');
  leaving.abort(new Error('left'));
  await opening;
  reply(open);
  const lock = await next(asked, 'lock');
  expect(new TextDecoder().decode(lock.body)).toBe('a token');
});

it('that tells of changes all the time is listened to now and again', async () => {
  const { library: tokens, asked, reply, clock, event } = tokenLibrary();
  let changes = 0;
  tokens.onChanged(() => changes++);
  const listing = tokens.list(new AbortController().signal);
  reply(await next(asked, 'list'), encodeTokenList({ library: 'l', tokens: [] }));
  await listing;
  for (let times = 0; times < 500; times++) event();
  expect(changes).toBe(0);
  clock.advance(100);
  expect(changes).toBe(1);
  event();
  clock.advance(100);
  expect(changes).toBe(2);
});

it('whose touch nobody waits for any more keeps its keys listed, and is ended without a rest', async () => {
  const { library: tokens, asked, reply, clock, starts } = tokenLibrary();
  const signal = new AbortController().signal;
  const listing = tokens.list(signal);
  reply(await next(asked, 'list'), encodeTokenList({ library: 'l', tokens: [] }));
  const listed = await listing;
  const signature = {
    token: 't',
    blob: new Uint8Array(1),
    algorithm: 'ssh-ed25519',
    data: new Uint8Array(1),
  } as const;
  const leaving = new AbortController();
  const signing = expect(tokens.sign(signature, leaving.signal)).rejects.toThrow('left');
  await next(asked, 'sign');
  leaving.abort(new Error('left'));
  await signing;
  expect(await tokens.list(signal)).toBe(listed);
  expect(asked).toHaveLength(2);
  clock.advance(20_000);
  const again = tokens.sign(signature, signal);
  await expect.poll(() => asked).toHaveLength(3);
  expect(starts).toHaveLength(2);
  reply(await next(asked, 'sign'), Uint8Array.of(1));
  expect(await again).toEqual(Uint8Array.of(1));
});
