// The places of one kind: a heading, what they are, a card for each.
import type { ReactNode } from 'react';
import type { StoreView } from '../../../ipc/contract/stores.ts';
import { useWindowStore } from '../store/window-store.ts';
import './places.css';

const none: readonly StoreView[] = [];

/** Those of this kind, in the order in which they were added. */
export function usePlaces(kind: StoreView['kind']): readonly StoreView[] {
  const stores = useWindowStore((state) => state.main?.stores) ?? none;
  return stores.filter((store) => store.kind === kind);
}

interface PlaceGroupProps {
  readonly title: string;
  /** A sentence or two on what lives there, and who signs. */
  readonly about: ReactNode;
  /** `PlaceCard`s. */
  readonly cards: ReactNode;
  /** What adds another one, and the like. */
  readonly children?: ReactNode;
}

export function PlaceGroup({ title, about, cards, children }: PlaceGroupProps) {
  return (
    <section className="place-group" aria-label={title}>
      <h2>{title}</h2>
      <p className="quiet">{about}</p>
      <ul className="cards">{cards}</ul>
      {children}
    </section>
  );
}
