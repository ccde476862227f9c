// The section "Other agents": whose keys are offered beside those of Sallyport, and which could be.
import { type FormEvent, useEffect, useState } from 'react';
import type { RequestOutput } from '../../../ipc/contract/contract.ts';
import type { StoreView } from '../../../ipc/contract/stores.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Badge, type BadgeLook } from '../controls/badge.tsx';
import { TextField } from '../controls/text-field.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { useWindowStore } from '../store/window-store.ts';
import './other-agents.css';

type Found = RequestOutput<'upstreams.find'>;

const maxAddress = 4096;

function lookOf({ state, keyCount }: StoreView): BadgeLook {
  switch (state.status) {
    case 'starting':
      return { icon: 'clock', word: 'Asking', tone: '' };
    case 'unreachable':
      return { icon: 'warning', word: 'Out of reach', tone: 'caution' };
    case 'ready':
      return { icon: 'check', word: `${keyCount} key${keyCount === 1 ? '' : 's'}`, tone: 'good' };
  }
}

const waitWords = {
  nothing: '.',
  'other-agent': ' for it. It may be asking you.',
  touch: ': touch the security key.',
  'system-dialog': ' for your answer to a window of the system.',
} as const;

function State({ store }: { readonly store: StoreView }) {
  const { state, pending } = store;
  return (
    <>
      {state.status === 'unreachable' && (
        <div className="agent-trouble">
          <p>
            <ForeignText text={state.reason} /> <ForeignText text={state.remedy} />
          </p>
          <button type="button" className="button" onClick={() => void ask('stores.refresh', {})}>
            <Icon name="retry" />
            Try again
          </button>
        </div>
      )}
      {state.status === 'ready' && state.leftOut > 0 && (
        <p className="small quiet">
          {state.leftOut} more of what it lists can’t be used here: unknown kinds of keys, or too many.
        </p>
      )}
      {pending.length > 0 && (
        <ul className="pending">
          {pending.map(({ id, key, waitsFor }) => (
            <li key={id}>
              <span>
                A signature with{' '}
                <ForeignText text={key.comment} ifEmpty="a key without a comment" maxCharacters={60} /> waits
                {waitWords[waitsFor ?? 'nothing']}
              </span>
              <button type="button" className="button" onClick={() => void ask('stores.cancel', { id })}>
                <Icon name="close" />
                Cancel
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Agent({ store }: { readonly store: StoreView }) {
  const { address, title } = store;
  const [isBusy, setIsBusy] = useState(false);
  const act = async (name: 'upstreams.add' | 'upstreams.remove', words: string) => {
    setIsBusy(true);
    const done = await ask(name, { address });
    setIsBusy(false);
    if (done !== undefined) tell(words);
  };
  return (
    <li className="card">
      <div className="card-head">
        <h2>
          <ForeignText text={title} maxCharacters={120} />
        </h2>
        <Badge look={lookOf(store)} />
      </div>
      {title !== address && (
        <p className="mono quiet">
          <ForeignText text={address} />
        </p>
      )}
      <State store={store} />
      {store.kind === 'upstream' && (
        <div className="toolbar agent-commands">
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
        </div>
      )}
    </li>
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
    <section className="card add-agent" aria-label="Add another agent">
      <h2>Add another agent</h2>
      {found.length > 0 && (
        <ul className="found-agents">
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
          label={isWindows ? 'Or its pipe' : 'Or its socket'}
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

export function OtherAgentsSection() {
  const stores = useWindowStore((state) => state.main?.stores) ?? [];
  const found = useFound(stores);
  useEffect(() => {
    void window.sallyport.request('stores.refresh', {});
  }, []);
  return (
    <div className="cards">
      <p className="quiet">
        Their keys appear beside yours and follow your rules here. The agent that has a key makes the
        signature, and may ask you, too. Nothing is ever added to another agent, removed from it or locked
        there.
      </p>
      <ul className="cards">
        {stores.map((store) => (
          <Agent key={store.id} store={store} />
        ))}
      </ul>
      <AddAgent found={found} />
    </div>
  );
}
