// One connection to a relay that listens: carried to the agent and back until either side ends it.
import type { Socket } from 'node:net';
import { socketPeerState } from '../../../ipc/posix/sockets/socket-peer-state.ts';
import { PeerWatch } from '../../../ipc/transports/streams/peer-watch.ts';
import { afterFirstMessage, type Introduced, introduction } from './introduce.ts';
import { pump, writeAndWipe } from './pump.ts';
import type { RelayTarget } from './relay-target.ts';

/** Closes a client that has gone also while nothing is read from it, or nothing comes to be written to it. */
function watchClient(client: Socket): Disposable {
  const watch = new PeerWatch(
    () => socketPeerState(client),
    (state) => {
      if (state === 'gone') client.destroy();
    },
  );
  watch.start();
  return { [Symbol.dispose]: () => watch.stop() };
}

/** Resolves or rejects when one end has ended, whichever way: neither is news. */
async function carry(
  client: Socket,
  first: Buffer,
  requests: AsyncIterable<unknown>,
  target: RelayTarget,
  introduced: Introduced | undefined,
) {
  const send = async () => {
    if (introduced) await writeAndWipe(introduction(introduced), target.input);
    await writeAndWipe(first, target.input);
    await pump(requests, target.input);
    target.end();
  };
  // Who takes no more requests may have answers still.
  void send().catch(() => {});
  await pump(introduced ? afterFirstMessage(target.output) : target.output, client);
}

/**
 * Carries one client. `open` is called at its first byte: who only looks whether somebody listens starts nothing.
 * The agent is told what `described` tells, if anything. Resolves when both ends are closed, by whoever; rejects with what `open` rejects with.
 */
export async function serveRelayed(
  client: Socket,
  open: () => Promise<RelayTarget>,
  described: Promise<Introduced | undefined> = Promise.resolve(undefined),
): Promise<void> {
  client.on('error', () => {});
  using _ = watchClient(client);
  try {
    const requests: AsyncIterableIterator<Buffer> = client[Symbol.asyncIterator]();
    const first = await requests.next().catch(() => undefined);
    if (!first || first.done) return;
    const target = await open();
    client.once('close', () => target.close());
    if (client.destroyed) target.close();
    await carry(client, first.value, requests, target, await described).catch(() => {});
    target.close();
  } finally {
    client.destroy();
  }
}
