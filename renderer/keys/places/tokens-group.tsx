// Tokens and smart cards, as places of keys: the libraries by which they are reached, and what each reaches now.
import { useEffect, useState } from 'react';
import type { RequestOutput } from '../../../ipc/contract/contract.ts';
import type { StoreView } from '../../../ipc/contract/stores.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { useWindowStore } from '../store/window-store.ts';
import { AddLibrary } from './add-library.tsx';
import { PlaceCard } from './place-card.tsx';
import { PlaceGroup, usePlaces } from './place-group.tsx';

type Library = RequestOutput<'tokens.list'>[number];

const requests = { add: 'tokens.add', choose: 'tokens.choose' } as const;

const pinWords = {
  none: 'opens without a PIN',
  typed: 'its PIN is asked for at the first use',
  'at-reader': 'its PIN is asked for at the reader',
} as const;

/** Asked for again whenever a place of this kind changes. */
function useLibraries(places: readonly StoreView[]): readonly Library[] {
  const [libraries, setLibraries] = useState<readonly Library[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the places say when to look again
  useEffect(() => {
    let isWanted = true;
    void window.sallyport.request('tokens.list', {}).then((outcome) => {
      if (isWanted && outcome.ok) setLibraries(outcome.value);
    });
    return () => {
      isWanted = false;
    };
  }, [places]);
  return libraries;
}

function Tokens({ library }: { readonly library: Library | undefined }) {
  if (library === undefined || library.state.status !== 'ready') return null;
  if (library.tokens.length === 0)
    return <p className="small quiet">No token is there. Put one in, and its keys appear.</p>;
  return (
    <ul className="found-places">
      {library.tokens.map(({ title, serial, keyCount, pin, isOpen }) => (
        <li key={`${title} ${serial}`}>
          <span>
            <ForeignText text={title} maxCharacters={80} />
            <span className="small quiet">
              {' '}
              – {keyCount} key{keyCount === 1 ? '' : 's'}; {isOpen ? 'open until locked' : pinWords[pin]}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function LibraryCard({
  store,
  library,
}: {
  readonly store: StoreView;
  readonly library: Library | undefined;
}) {
  const path = store.address;
  const [isBusy, setIsBusy] = useState(false);
  const act = async (name: 'tokens.add' | 'tokens.remove', words: string) => {
    setIsBusy(true);
    const done = await ask(name, { path });
    setIsBusy(false);
    if (done !== undefined) tell(words);
  };
  return (
    <PlaceCard
      store={store}
      facts={<Tokens library={library} />}
      commands={
        <>
          <button
            type="button"
            className="button"
            title="Those also that were removed here, and without what programs have asked for them"
            disabled={isBusy}
            onClick={() => void act('tokens.add', 'All its keys are shown again.')}
          >
            <Icon name="reveal" />
            Show its keys again
          </button>
          <button
            type="button"
            className="button"
            disabled={isBusy}
            onClick={() =>
              void act('tokens.remove', 'The library is loaded no more. The token keeps its keys.')
            }
          >
            <Icon name="remove" />
            Remove
          </button>
        </>
      }
    />
  );
}

export function TokensGroup() {
  const places = usePlaces('pkcs11');
  const libraries = useLibraries(places);
  const isWindows = useWindowStore((state) => state.main?.platform) === 'win32';
  return (
    <PlaceGroup
      title="Tokens and smart cards"
      about="They sign themselves, by the library (PKCS#11) that came with them; their keys never leave them. Each library runs in a process of its own, and no other is ever loaded."
      cards={places.map((store) => (
        <LibraryCard
          key={store.id}
          store={store}
          library={libraries.find(({ path }) => path === store.address)}
        />
      ))}
    >
      <AddLibrary
        requests={requests}
        title="Add a library for tokens"
        label="Its PKCS#11 library"
        hint={
          isWindows
            ? 'For example C:\\Program Files\\OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll'
            : 'For example /usr/lib/x86_64-linux-gnu/opensc-pkcs11.so'
        }
        addedWords="Keys of its tokens are offered from now on."
      />
    </PlaceGroup>
  );
}
