// Who has left a question about the unlock: before anybody saw it, or afterwards.
import { expect, it } from 'vitest';
import { identifyRequest } from '../../../../main/agent/consent/request-identity.ts';
import type { Requester } from '../../../../main/agent/facts/requester.ts';
import { LockedQuestion } from '../../../../main/agent/requests/locked-question.ts';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { settle } from '../../../fakes/settle.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const requester: Requester = {
  transport: 'unix-socket',
  pid: 1,
  purpose: { kind: 'unknown' },
  forwarded: false,
  path: [],
};
const key = { comment: '', fingerprint: 'SHA256:x', algorithm: 'ssh-ed25519' };

it.each([
  ['is abandoned when the last has left while the person was asked', true],
  ['is not when nobody was asked yet', false],
])('%s', async (_, isPut) => {
  const question = new LockedQuestion('Locked by you.');
  const identity = identifyRequest(parsePublicKey(ed25519Key().blob), requester, new Uint8Array());
  const leaving = new AbortController();
  const joined = question.join({ key, requester }, identity, new Promise(() => {}), leaving.signal);
  if (isPut)
    void question.put(
      new ManualClock(),
      60_000,
      () => {},
      () => new Promise(() => {}),
    );
  await settle();
  expect(question.isAbandoned).toBe(false);
  leaving.abort(new Error('gone'));
  await expect(joined).rejects.toThrow('gone');
  expect([question.isAbandoned, question.signal.aborted]).toEqual([isPut, true]);
});
