// Windows’ own keys, as places of keys.
import { PlaceCard } from './place-card.tsx';
import { PlaceGroup, usePlaces } from './place-group.tsx';

export function WindowsKeysGroup() {
  const places = usePlaces('windows');
  if (places.length === 0) return null;
  return (
    <PlaceGroup
      title="Windows’ own keys"
      about="Windows keeps them, in its TPM where there is one, and signs with them. They never leave this computer."
      cards={places.map((store) => <PlaceCard key={store.id} store={store} />)}
    />
  );
}
