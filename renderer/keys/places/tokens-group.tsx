// Tokens and smart cards, as places of keys.
import { PlaceCard } from './place-card.tsx';
import { PlaceGroup, usePlaces } from './place-group.tsx';

export function TokensGroup() {
  const places = usePlaces('pkcs11');
  if (places.length === 0) return null;
  return (
    <PlaceGroup
      title="Tokens and smart cards"
      about="They sign themselves, by the library (PKCS#11) that came with them; their keys never leave them."
      cards={places.map((store) => <PlaceCard key={store.id} store={store} />)}
    />
  );
}
