// No program of ours goes on with a debugger's port open: every user of the machine can connect to it.
import { close, url } from 'node:inspector';
import { mayHaveNetworkSocket } from '../../ipc/posix/sockets/network-sockets.ts';

/** Node opens the port from another thread: what a signal began before we took it over may still be under way. */
const openingTimeMs = 1000;

const opened =
  'A debugger is open on this process, by which every user of this machine could take your keys. So it ends. Start it again, without --inspect in the command line and in NODE_OPTIONS.';

/**
 * Closes the debugger that Node.js was started with, or that a signal has opened before our first line. What is to be
 * said then, as the process has to end; undefined when there is none. SECURITY: its port is a TCP socket of this process, which
 * listens before Node.js knows its URL: where there is no such socket there is no debugger. So node:inspector, whose loading takes
 * a millisecond and most of a megabyte, is asked only where there may be one.
 */
export function closeDebugger(): string | undefined {
  if (!mayHaveNetworkSocket() || url() === undefined) return undefined;
  close();
  return opened;
}

/** Looks again once, when no debugger can be on its way any more; `end` is told what to say. */
export function watchForDebugger(end: (reason: string) => void): void {
  const look = () => {
    const reason = closeDebugger();
    if (reason !== undefined) end(reason);
  };
  setTimeout(look, openingTimeMs).unref();
}
