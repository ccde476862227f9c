// Brings the keys of the last session back, keeps those of this one, and holds for a moment what the person removes.
import type { Agent } from '../../agent/create-agent.ts';
import { type Clock, systemClock } from '../../basics/clock.ts';
import { fileHash, type SealedPassphrases } from '../../sealed-passphrases/sealed-passphrases.ts';
import type { KeyFolder } from '../../stored/key-folder.ts';
import type { Notices } from '../notices/notices.ts';
import { type KeyKeeper, keepKeys, restoreKeys } from './keep-keys.ts';
import { RemovedKeys } from './removed-keys.ts';

export interface KeepingParts {
  readonly agent: Pick<Agent, 'addKey' | 'keys'>;
  readonly folder: KeyFolder;
  /** Whether keys are to come back at all. */
  readonly isWanted: () => boolean;
  readonly notices: Pick<Notices, 'add'>;
  /** Left out where Windows Hello opens no keys. */
  readonly sealed?: Pick<SealedPassphrases, 'keepOnly'>;
  readonly clock?: Clock;
}

export interface Keeping {
  readonly keeper: KeyKeeper;
  readonly removed: RemovedKeys;
  /** Forgets what was removed, stops saving, and resolves when the last save is done. */
  stop(): Promise<void>;
}

/** Never rejects. */
export async function startKeeping(parts: KeepingParts): Promise<Keeping> {
  const { folder, isWanted, notices, sealed } = parts;
  const { addKey, keys } = parts.agent;
  if (isWanted())
    for (const problem of await restoreKeys(folder, addKey, new Date())) notices.add('warning', problem);
  // SECURITY: each save is followed by what must not outlive its key, so that what is forgotten wants one.
  const removed = new RemovedKeys(keys, addKey, () => keeper.save(), parts.clock ?? systemClock());
  const keeper = keepKeys({
    ...{ keys, folder, isWanted },
    held: () => removed.files.map(fileHash),
    ...(sealed && { saved: (files) => sealed.keepOnly(files) }),
    complain: (text) => notices.add('error', text),
  });
  return {
    keeper,
    removed,
    async stop() {
      removed.forget();
      await keeper.stop();
    },
  };
}
