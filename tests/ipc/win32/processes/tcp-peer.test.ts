// Whether a client of the Cygwin socket is a program that may be served: by its user and its integrity level.
import { expect, test, vi } from 'vitest';
import { peerOfTcp } from '../../../../ipc/win32/processes/tcp-peer.ts';

const [medium, low] = ['S-1-16-8192', 'S-1-16-4096'];
const seen = vi.hoisted(() => ({
  user: undefined as string | undefined,
  level: undefined as string | undefined,
}));

vi.mock('../../../../ipc/win32/security/current-user.ts', () => ({
  currentUserSid: () => 'S-1-5-21-1-2-3-1000',
  userSidOfProcess: () => seen.user,
}));
vi.mock('../../../../ipc/win32/security/process-token.ts', () => ({
  TOKEN_INTEGRITY_LEVEL: 25,
  ownTokenSid: () => 'S-1-16-8192',
  tokenSidOfProcess: () => seen.level,
}));
vi.mock('../../../../ipc/win32/processes/tcp-table.ts', () => {
  const [localAddress, remoteAddress] = ['127.0.0.1', '127.0.0.1'];
  const row = { localAddress, localPort: 2, remoteAddress, remotePort: 1, established: true, pid: 7 };
  return { readTcpConnections: () => Promise.resolve([row]) };
});

const us = 'S-1-5-21-1-2-3-1000';
const isOurs = async (user: string | undefined, level: string | undefined) => {
  Object.assign(seen, { user, level });
  return (await peerOfTcp(1, 2))?.ownerIsUs;
};

test('a client of our user and our level is ours', async () => {
  expect(await isOurs(us, medium)).toBe(true);
});

test.each([
  ['is of another user', 'S-1-5-21-1-2-3-1001', medium],
  ['is of a user that the system does not tell', undefined, medium],
  ['is of lower integrity', us, low],
  ['is of an integrity that the system does not tell', us, undefined],
])('is not ours when it %s', async (_what, user, level) => {
  expect(await isOurs(user, level)).toBe(false);
});
