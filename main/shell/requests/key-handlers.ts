// What the key window asks about the keys that the agent holds.
import { clipboard, type OpenDialogOptions } from 'electron';
import type { keyRequests } from '../../../ipc/contract/keys.ts';
import type { KeyAdministration } from '../../agent/ring/key-administration.ts';
import { formatPublicKeyLine, formatRfc4716 } from '../../keys/files/public-key-line.ts';
import { parsePublicKey } from '../../keys/kinds/parse-public-key.ts';
import type { PersonHosts } from '../../stored/person-hosts.ts';
import type { KeyAdder } from '../key-files/add-keys.ts';
import type { RemovedKeys } from '../key-files/removed-keys.ts';
import { keyDetails } from '../views/key-views.ts';
import { chooseFiles } from '../windows/choose-files.ts';
import type { KeyWindow } from '../windows/key-window.ts';
import type { HandlersOf } from './answer-request.ts';
import { findKey, noSuchKey } from './find-key.ts';
import { assertHosts, restrictionTo } from './host-wishes.ts';
import { RequestFailure } from './request-failure.ts';

export interface KeyHandlerOptions {
  readonly keys: KeyAdministration;
  readonly adder: KeyAdder;
  readonly removed: RemovedKeys;
  readonly window: KeyWindow;
  readonly hosts: Pick<PersonHosts, 'destinationsFor'>;
  /** Whether the agent takes no keys now. */
  readonly isLocked: () => boolean;
}

const keyFilesDialog: OpenDialogOptions = {
  title: 'Add private keys',
  properties: ['openFile', 'multiSelections', 'showHiddenFiles'],
  filters: [
    { name: 'Private keys', extensions: ['*'] },
    { name: 'PuTTY keys', extensions: ['ppk'] },
  ],
};

function assertDone(isDone: boolean): void {
  if (!isDone) throw noSuchKey();
}

/** Re-encrypts and tells how many of them could not be. */
function reencrypt(keys: KeyAdministration, ids: readonly string[]) {
  return { leftInClear: ids.filter((id) => !keys.reencrypt(id)).length };
}

export function keyHandlers({
  keys,
  adder,
  removed,
  window,
  hosts,
  isLocked,
}: KeyHandlerOptions): HandlersOf<typeof keyRequests> {
  /** Before files are chosen and passphrases typed for nothing. */
  const assertUnlocked = () => {
    if (isLocked())
      throw new RequestFailure('The agent is locked and takes no keys. Unlock it, then add them.');
  };
  return {
    async 'keys.add'({ source, onlyTo, ...others }) {
      assertUnlocked();
      assertHosts(others.hosts ?? []);
      const wishes = {
        ...others,
        ...(onlyTo && { destinations: await restrictionTo(onlyTo, hosts) }),
      };
      switch (source.kind) {
        case 'dialog': {
          const paths = await chooseFiles(window, keyFilesDialog);
          const added = [];
          for (const path of paths) added.push(await adder.addPath(path, wishes));
          return added;
        }
        case 'file':
          return [await adder.addBytes(source.name, source.bytes, wishes)];
      }
    },
    'keys.unlockAndAdd'({ pendingId, passphrase, alsoTry }) {
      assertUnlocked();
      return adder.unlockAndAdd(pendingId, passphrase, alsoTry);
    },
    'keys.forgetPending'({ pendingId }) {
      adder.forget(pendingId);
      return null;
    },
    'keys.remove': ({ ids }) => removed.remove(ids),
    async 'keys.undoRemove'({ undoId }) {
      assertUnlocked();
      const problems = await removed.restore(undoId);
      if (problems === undefined) throw new RequestFailure('That is too long ago. Add the key files again.');
      if (problems.length > 0) throw new RequestFailure(problems.join(' '));
      return null;
    },
    'keys.reencrypt': ({ ids }) => reencrypt(keys, ids),
    'keys.reencryptAll': () => ({ leftInClear: keys.reencryptAll() }),
    'keys.setLifetime'({ id, seconds }) {
      assertDone(keys.setLifetime(id, seconds));
      return null;
    },
    'keys.move'({ id, toIndex }) {
      assertDone(keys.move(id, toIndex));
      return null;
    },
    'keys.details': ({ id }) => keyDetails(findKey(keys, id), new Date()),
    async 'keys.copyPublicKey'({ id, format }) {
      const { blob, comment } = findKey(keys, id);
      const publicKey = parsePublicKey(blob);
      await clipboard.writeText(
        format === 'rfc4716'
          ? formatRfc4716(publicKey, comment)
          : `${formatPublicKeyLine(publicKey, comment)}\n`,
      );
      return null;
    },
  };
}
