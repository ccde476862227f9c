// The section "Other places": where keys live that Sallyport does not hold itself.
import { useEffect } from 'react';
import { placeGroups } from './place-groups.ts';
import './places.css';

export function PlacesSection() {
  useEffect(() => {
    void window.sallyport.request('stores.refresh', {});
  }, []);
  return (
    <div className="places">
      <p className="quiet">
        Keys that live here appear beside yours and follow your rules. The place that has a key makes the
        signature, and may want something of you, too.
      </p>
      {placeGroups.map((Group) => (
        <Group key={Group.name} />
      ))}
    </div>
  );
}
