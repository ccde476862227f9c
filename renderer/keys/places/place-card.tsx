// One place of keys, alike for all kinds: where it is, how it is, what to do about that, what it signs now.
import type { ReactNode } from 'react';
import type { StoreView } from '../../../ipc/contract/stores.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Badge, type BadgeLook } from '../controls/badge.tsx';
import { ask } from '../store/ask.ts';
import { PlaceTrouble } from './place-trouble.tsx';
import './places.css';

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

function Pending({ pending }: Pick<StoreView, 'pending'>) {
  if (pending.length === 0) return null;
  return (
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
  );
}

interface PlaceCardProps {
  readonly store: StoreView;
  /** What else there is to say of it. */
  readonly facts?: ReactNode;
  /** Buttons. */
  readonly commands?: ReactNode;
}

export function PlaceCard({ store, facts, commands }: PlaceCardProps) {
  const { address, title, state, pending } = store;
  return (
    <li className="card">
      <div className="card-head">
        <h3>
          <ForeignText text={title} maxCharacters={120} />
        </h3>
        <Badge look={lookOf(store)} />
      </div>
      {title !== address && (
        <p className="mono quiet">
          <ForeignText text={address} />
        </p>
      )}
      {facts}
      {state.status === 'unreachable' && (
        <PlaceTrouble {...state} onRetry={() => void ask('stores.refresh', {})} />
      )}
      {state.status === 'ready' && state.leftOut > 0 && (
        <p className="small quiet">
          {state.leftOut} more of what it lists can’t be used here: unknown kinds of keys, or too many.
        </p>
      )}
      <Pending pending={pending} />
      {commands !== undefined && <div className="toolbar place-commands">{commands}</div>}
    </li>
  );
}
