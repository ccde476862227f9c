// Security keys: how they are reached on this computer, new keys in them, and the keys that they keep.
import { useCallback, useEffect, useState } from 'react';
import type { RequestOutput } from '../../../ipc/contract/contract.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Badge } from '../controls/badge.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { openDialog, useWindowStore } from '../store/window-store.ts';
import { AddLibrary } from './add-library.tsx';
import { LoadResidentKeys } from './load-resident-keys.tsx';
import { PlaceGroup } from './place-group.tsx';
import { PlaceTrouble } from './place-trouble.tsx';

type Library = RequestOutput<'securityKeys.list'>[number];

const requests = { add: 'securityKeys.add', choose: 'securityKeys.choose' } as const;
const title = 'Security keys';

/** Asked for when the group is shown, and again after each change. */
function useLibraries(): [readonly Library[], () => Promise<void>] {
  const [libraries, setLibraries] = useState<readonly Library[]>([]);
  const refresh = useCallback(async () => {
    const outcome = await window.sallyport.request('securityKeys.list', {});
    if (outcome.ok) setLibraries(outcome.value);
  }, []);
  useEffect(() => void refresh(), [refresh]);
  return [libraries, refresh];
}

function GenerateButton() {
  return (
    <div className="toolbar">
      <button
        type="button"
        className="button"
        onClick={() => openDialog({ kind: 'generate', typeValue: 'sk-ed25519' })}
      >
        <Icon name="generate" />
        Generate a key in a security key…
      </button>
    </div>
  );
}

interface LibraryCardProps {
  readonly library: Library;
  /** It is used where others are there, too. */
  readonly isPreferred: boolean;
  readonly refresh: () => Promise<void>;
}

function LibraryCard({ library: { path, reason, remedy = '' }, isPreferred, refresh }: LibraryCardProps) {
  const [isBusy, setIsBusy] = useState(false);
  const remove = async () => {
    setIsBusy(true);
    if ((await ask('securityKeys.remove', { path })) !== undefined)
      tell('The library is loaded no more. Keys in security keys stay as they are.');
    await refresh();
    setIsBusy(false);
  };
  return (
    <li className="card" aria-label={path}>
      <div className="card-head">
        <h3 className="mono">
          <ForeignText text={path} maxCharacters={120} />
        </h3>
        <Badge
          look={
            reason === undefined
              ? { icon: 'check', word: 'Ready', tone: 'good' }
              : { icon: 'warning', word: 'Can’t be used', tone: 'caution' }
          }
        />
      </div>
      {isPreferred && (
        <p className="small quiet">Used for new keys, for loading, and where a program names no other.</p>
      )}
      {reason !== undefined && (
        <PlaceTrouble reason={reason} remedy={remedy} onRetry={() => void refresh()} />
      )}
      <div className="toolbar place-commands">
        <button type="button" className="button" disabled={isBusy} onClick={() => void remove()}>
          <Icon name="remove" />
          Remove
        </button>
      </div>
    </li>
  );
}

function ByLibraries() {
  const [libraries, refresh] = useLibraries();
  return (
    <PlaceGroup
      title={title}
      about="They want a touch at each use, unless a key was made to want none. Sallyport reaches them by a library made for OpenSSH (ssh-sk). Each runs in a process of its own, and no other is ever loaded, whoever names it."
      cards={libraries.map((library, index) => (
        <LibraryCard
          key={library.path}
          library={library}
          isPreferred={index === 0 && libraries.length > 1}
          refresh={refresh}
        />
      ))}
    >
      <AddLibrary
        requests={requests}
        title="Add a library for security keys"
        label="Its path"
        hint="For example /usr/lib/ssh/ssh-sk.so; OpenSSH 9 and later can be built to have one"
        addedWords="Security keys are reached by it from now on."
        onAdded={refresh}
      />
      {libraries.length > 0 && (
        <>
          <LoadResidentKeys />
          <GenerateButton />
        </>
      )}
    </PlaceGroup>
  );
}

function ByWindows() {
  return (
    <PlaceGroup
      title={title}
      about="Windows reaches them by a dialog of its own, where it asks for the touch and the PIN. It does not tell programs which keys a security key keeps: add the key file that was made with the key."
      cards={[]}
    >
      <GenerateButton />
    </PlaceGroup>
  );
}

export function SecurityKeysGroup() {
  const isWindows = useWindowStore((state) => state.main?.platform) === 'win32';
  return isWindows ? <ByWindows /> : <ByLibraries />;
}
