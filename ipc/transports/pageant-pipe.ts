// The door of PuTTY 0.75 and later, WinSCP and their kin: Pageant's named pipe.
import { puttyUserNames } from '../win32/current-user.ts';
import type { PipeHolder } from '../win32/pipe-holder.ts';
import { withStartupMutex } from '../win32/startup-mutex.ts';
import { createNamedPipeTransport } from './named-pipe-listener.ts';
import { pageantPipeName } from './pageant-pipe-name.ts';
import type { Transport } from './transport.ts';

export interface PageantPipeOptions {
  /** The names PuTTY may have for the user, the likelier first; replaced in tests. */
  readonly userNames?: () => readonly string[];
}

/** A transport on `\\.\pipe\pageant.<user>.<hash>`, for each name that PuTTY may compute. */
export function createPageantPipeTransport(options: PageantPipeOptions = {}): Transport {
  const userNames = options.userNames ?? puttyUserNames;
  return createNamedPipeTransport({
    name: 'pageant-pipe',
    addresses: () => {
      const [first = '', ...others] = userNames();
      return [pageantPipeName(first), ...others.map((user) => pageantPipeName(user))];
    },
    remedyWhenTaken,
    // Pageant holds this mutex from its look for another agent until its own doors are open.
    exclusively: (open) => withStartupMutex(pageantMutexName(userNames()[0] ?? ''), open),
  });
}

/** The mutex that Pageant holds while it starts; per logon session. */
export function pageantMutexName(user: string): string {
  return `Local\\pageant-mutex.${user}`;
}

function remedyWhenTaken(holder: PipeHolder | undefined): string {
  const program = holder?.executable?.split('\\').at(-1)?.toLowerCase();
  if (program === 'pageant.exe') {
    return 'Exit Pageant (right-click its icon in the tray, then Exit). Sallyport opens this door by itself then.';
  }
  return 'End that program, or switch its Pageant emulation off. Sallyport opens this door by itself then.';
}
