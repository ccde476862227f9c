import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { frame } from '../../../../ipc/transports/streams/message-framing.ts';
import { afterFirstMessage, introduction, placeHere } from '../../../../main/client/relay/introduce.ts';

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let offset = 0; offset < bytes.length; offset += size)
    yield Buffer.from(bytes.slice(offset, offset + size));
}

async function rest(bytes: Uint8Array, size: number): Promise<number[]> {
  const all: number[] = [];
  for await (const chunk of afterFirstMessage(inPieces(bytes, size))) all.push(...chunk);
  return all;
}

describe('what a relay leaves out of the agent’s answers', () => {
  const answers = Buffer.concat([frame(Uint8Array.of(5)), Uint8Array.of(1, 2, 3)]);

  it.each([1, 2, 3, 4, 5, 6, 100])(
    'is the first message and nothing else, in pieces of %i bytes',
    async (size) => {
      expect(await rest(answers, size)).toEqual([1, 2, 3]);
    },
  );

  it('may be an empty message', async () => {
    expect(await rest(Uint8Array.of(0, 0, 0, 0, 9), 3)).toEqual([9]);
  });

  it('is no answer of an agent when it is long', async () => {
    await expect(rest(Uint8Array.of(0, 1, 0, 0, 9), 5)).rejects.toThrow('gives no answer of an agent');
  });
});

it('names the distribution of WSL, else the host', () => {
  expect(placeHere({ WSL_DISTRO_NAME: 'Ubuntu' })).toBe('Ubuntu');
  expect(placeHere({})).toBe(hostname());
  expect(introduction({ place: 'a', executable: '/b', user: '', pid: 1 })[4]).toBe(27);
});
