// The section "Keys": tools, list and details, or what to do first when there are no keys.
import { useDeferredValue, useMemo } from 'react';
import { SearchField } from '../controls/search-field.tsx';
import { KeyDetailsPane } from '../key-details/key-details-pane.tsx';
import { useWindowStore } from '../store/window-store.ts';
import { AddKeyMenu } from './add-key-menu.tsx';
import { EmptyKeys } from './empty-keys.tsx';
import { KeyList } from './key-list.tsx';
import { keyMatches } from './key-matches.ts';
import './key-list.css';

/** From this number on a list can't be taken in at a glance, and gets a search field. */
const searchableFrom = 8;

function KeySearch() {
  const filter = useWindowStore((state) => state.filter);
  return (
    <SearchField
      label="Search the keys"
      hint="Comment or fingerprint"
      value={filter}
      onChange={(value) => useWindowStore.setState({ filter: value })}
    />
  );
}

export function KeysSection() {
  const keys = useWindowStore((state) => state.main?.keys) ?? [];
  const filter = useWindowStore((state) => state.filter);
  const areDetailsOpen = useWindowStore((state) => state.areDetailsOpen);
  // What is typed shows at once, and the list follows.
  const sought = useDeferredValue(filter);
  const matching = useMemo(() => keys.filter((key) => keyMatches(key, sought)), [keys, sought]);
  return (
    <>
      <div className="toolbar key-tools">
        <AddKeyMenu />
        {(keys.length >= searchableFrom || filter !== '') && <KeySearch />}
      </div>
      {keys.length === 0 ? (
        <EmptyKeys />
      ) : (
        <div className={areDetailsOpen ? 'keys-columns details-open' : 'keys-columns'}>
          <div className="keys-column">
            {matching.length === 0 ? (
              <p className="quiet no-match" role="status">
                None of the {keys.length} keys matches. Empty the search field to see them all.
              </p>
            ) : (
              <KeyList keys={keys} matching={matching} />
            )}
          </div>
          <KeyDetailsPane />
        </div>
      )}
    </>
  );
}
