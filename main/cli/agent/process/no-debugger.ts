// No program of ours goes on with a debugger's port open: every user of the machine can connect to it.
import { close, url } from 'node:inspector';
import { CommandError } from '../../parts/command.ts';

/** Node opens the port from another thread: what a signal began before we took it over may still be under way. */
const openingTimeMs = 1000;

const opened =
  'A debugger is open on this process, by which every user of this machine could take your keys. So it ends. Start it again, without --inspect in the command line and in NODE_OPTIONS.';

/** Throws CommandError when Node.js was started with a debugger, or a signal has opened one before our first line. */
export function assertNoDebugger(): void {
  if (url() === undefined) return;
  close();
  throw new CommandError(opened);
}

/** Looks again once, when no debugger can be on its way any more; `end` is told what to say. */
export function watchForDebugger(end: (reason: string) => void): void {
  const look = () => {
    if (url() === undefined) return;
    close();
    end(opened);
  };
  setTimeout(look, openingTimeMs).unref();
}
