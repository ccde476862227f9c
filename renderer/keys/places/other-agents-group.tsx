// Other agents: whose keys are offered beside those of Sallyport, and which could be.
import { type FormEvent, useEffect, useState } from 'react';
import type { RequestOutput } from '../../../ipc/contract/contract.ts';
import type { StoreView } from '../../../ipc/contract/stores.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { TextField } from '../controls/text-field.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { useWindowStore } from '../store/window-store.ts';
import { PlaceCard } from './place-card.tsx';
import { PlaceGroup, usePlaces } from './place-group.tsx';
import './places.css';

type Found = RequestOutput<'upstreams.find'>;

const maxAddress = 4096;

function Agent({ store }: { readonly store: StoreView }) {
  const { address } = store;
  const [isBusy, setIsBusy] = useState(false);
  const act = async (name: 'upstreams.add' | 'upstreams.remove', words: string) => {
    setIsBusy(true);
    const done = await ask(name, { address });
    setIsBusy(false);
    if (done !== undefined) tell(words);
  };
  return (
    <PlaceCard
      store={store}
      commands={
        <>
          <button
            type="button"
            className="button"
            title="Those also that were removed here"
            disabled={isBusy}
            onClick={() => void act('upstreams.add', 'All its keys are shown again.')}
          >
            <Icon name="reveal" />
            Show its keys again
          </button>
          <button
            type="button"
            className="button"
            disabled={isBusy}
            onClick={() =>
              void act('upstreams.remove', 'Its keys are no longer offered here. It keeps them.')
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

/** Those that were found, looked for again when one was added or removed. */
function useFound(stores: readonly StoreView[]): Found {
  const [found, setFound] = useState<Found>([]);
  const known = stores.map(({ id }) => id).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is known says when to look again
  useEffect(() => {
    let isWanted = true;
    void window.sallyport.request('upstreams.find', {}).then((outcome) => {
      if (isWanted && outcome.ok) setFound(outcome.value);
    });
    return () => {
      isWanted = false;
    };
  }, [known]);
  return found;
}

async function add(address: string): Promise<boolean> {
  const added = await ask('upstreams.add', { address });
  if (added !== undefined) tell('Its keys are offered here from now on, if it has any.');
  return added !== undefined;
}

function AddAgent({ found }: { readonly found: Found }) {
  const [address, setAddress] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const isWindows = useWindowStore((state) => state.main?.platform) === 'win32';
  const addOne = async (chosen: string) => {
    setIsBusy(true);
    if (await add(chosen)) setAddress('');
    setIsBusy(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isBusy && address.trim() !== '') void addOne(address.trim());
  };
  return (
    <section className="card add-place" aria-label="Add another agent">
      <h3>Add another agent</h3>
      {found.length > 0 && (
        <ul className="found-places">
          {found.map((one) => (
            <li key={one.address}>
              <span>
                {one.title}
                <span className="mono small quiet found-address">
                  <ForeignText text={one.address} />
                </span>
              </span>
              <button
                type="button"
                className="button"
                disabled={isBusy}
                onClick={() => void addOne(one.address)}
              >
                <Icon name="add" />
                Add<span className="unseen"> {one.title}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={submit}>
        <TextField
          label={`${found.length > 0 ? 'Or its' : 'Its'} ${isWindows ? 'pipe' : 'socket'}`}
          value={address}
          onChange={setAddress}
          maxLength={maxAddress}
          isDisabled={isBusy}
          hint={
            isWindows
              ? 'For example \\\\.\\pipe\\openssh-ssh-agent'
              : 'For example what SSH_AUTH_SOCK says where that agent is used'
          }
        />
        <button type="submit" className="button" disabled={isBusy || address.trim() === ''}>
          <Icon name="add" />
          Add
        </button>
      </form>
    </section>
  );
}

export function OtherAgentsGroup() {
  const agents = usePlaces('upstream');
  const found = useFound(agents);
  return (
    <PlaceGroup
      title="Other agents"
      about="Programs like this one, which may ask you, too. Nothing is ever added to another agent, removed from it or locked there."
      cards={agents.map((store) => <Agent key={store.id} store={store} />)}
    >
      <AddAgent found={found} />
    </PlaceGroup>
  );
}
