// Keys on security keys, as places of keys.
import { PlaceCard } from './place-card.tsx';
import { PlaceGroup, usePlaces } from './place-group.tsx';

export function SecurityKeysGroup() {
  const places = usePlaces('fido');
  if (places.length === 0) return null;
  return (
    <PlaceGroup
      title="Keys on security keys"
      about="They live on the security key alone, which wants a touch each time that one of them signs."
      cards={places.map((store) => <PlaceCard key={store.id} store={store} />)}
    />
  );
}
