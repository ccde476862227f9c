// Other agents as the key window asks for them, with a real agent behind.
import { expect, it } from 'vitest';
import { UpstreamError } from '../../../../main/agent/ports/host.ts';
import { RequestFailure } from '../../../../main/shell/requests/request-failure.ts';
import { storeHandlers } from '../../../../main/shell/requests/store-handlers.ts';
import { FakeStore } from '../../../fakes/fake-store.ts';
import { settle } from '../../../fakes/settle.ts';
import { testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const from = { webContentsId: 1, role: 'keys' } as never;

function shell() {
  const { agent } = testAgent();
  const upstreams = {
    add: async (address: string) => {
      if (address === '/itself') throw new UpstreamError('It is this agent itself.');
      agent.stores.add(new FakeStore(address).with(ed25519Key(), 'theirs'));
    },
    remove: async (address: string) => agent.stores.remove(`upstream:${address}`),
  };
  const doors = { views: [{ name: 'unix', title: 'x', status: 'listening', address: '/own.sock' }] } as const;
  const found = ['/own.sock', '/used.sock', '/new.sock'].map((address) => ({ address, title: 'an agent' }));
  const find = () => Promise.resolve(found);
  return { agent, handlers: storeHandlers({ stores: agent.stores, upstreams, doors, find }) };
}

it('adds another agent and tells of its keys', async () => {
  const { agent, handlers } = shell();
  expect(await handlers['upstreams.add']({ address: '/other.sock' }, from)).toBeNull();
  await settle();
  expect(await handlers['stores.refresh']({}, from)).toMatchObject([{ address: '/other.sock', keyCount: 1 }]);
  expect(agent.keys.list()).toMatchObject([{ state: 'elsewhere' }]);
});

it('finds those that are neither used already nor a door of this agent', async () => {
  const { handlers } = shell();
  await handlers['upstreams.add']({ address: '/used.sock' }, from);
  expect(await handlers['upstreams.find']({}, from)).toEqual([{ address: '/new.sock', title: 'an agent' }]);
});

it('says why one can’t be added, and that one is gone', async () => {
  const { handlers } = shell();
  await expect(handlers['upstreams.add']({ address: '/itself' }, from)).rejects.toThrow(
    new RequestFailure('It is this agent itself.'),
  );
  await expect(handlers['upstreams.remove']({ address: '/gone' }, from)).rejects.toThrow(RequestFailure);
  await handlers['upstreams.add']({ address: '/other.sock' }, from);
  expect(await handlers['upstreams.remove']({ address: '/other.sock' }, from)).toBeNull();
});

it('tells a title of any length cut', async () => {
  const { handlers } = shell();
  await handlers['upstreams.add']({ address: '/x'.repeat(2000) }, from);
  const [store] = await handlers['stores.refresh']({}, from);
  expect(store?.title.length).toBeLessThanOrEqual(1025);
});
