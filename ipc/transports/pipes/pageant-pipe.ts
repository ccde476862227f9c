// The door of PuTTY 0.75 and later, WinSCP and their kin: Pageant's named pipe.

import type { PipeHolder } from '../../win32/pipes/pipe-holder.ts';
import { puttyUserNames } from '../../win32/security/current-user.ts';
import type { Transport } from '../transport.ts';
import { createNamedPipeTransport } from './named-pipe-door.ts';
import { pageantPipeName } from './pageant-pipe-name.ts';

export interface PageantPipeOptions {
  /** The names PuTTY may have for the user, the likelier first; replaced in tests. */
  readonly userNames?: () => Promise<readonly [string, ...string[]]>;
}

/** A transport on `\\.\pipe\pageant.<user>.<hash>`, for each name that PuTTY may compute. */
export function createPageantPipeTransport(options: PageantPipeOptions = {}): Transport {
  const userNames = options.userNames ?? puttyUserNames;
  return createNamedPipeTransport({
    name: 'pageant-pipe',
    names: async () => {
      const [first, ...others] = await userNames();
      return {
        addresses: [pageantPipeName(first), ...others.map((user) => pageantPipeName(user))],
        startupMutex: pageantMutexName(first),
      };
    },
    remedyWhenTaken,
  });
}

/** The mutex that Pageant holds from its look for another agent until its doors are open; per logon session. */
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
