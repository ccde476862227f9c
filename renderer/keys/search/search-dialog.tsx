// One field that finds everything in the window: results in groups below it, chosen by arrows and Enter.
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import type { ActivityView } from '../../../ipc/contract/activity.ts';
import type { Section } from '../../../ipc/contract/program.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { DialogFrame } from '../controls/dialog-frame.tsx';
import { bounds } from '../store/bounds.ts';
import { closeDialog, useWindowStore } from '../store/window-store.ts';
import { activityGroup, type Found, type FoundGroup, findEverything } from './find-everything.ts';
import './search-dialog.css';

interface SearchProps {
  readonly sections: Readonly<Record<Section, { readonly title: string }>>;
}

/** The newest entries that match, as the main process finds them. */
function useMatchingActivity(text: string): readonly ActivityView[] {
  const [entries, setEntries] = useState<readonly ActivityView[]>([]);
  useEffect(() => {
    let isWanted = true;
    if (text.trim() === '') setEntries([]);
    // What can’t be found here is found in its section, where it is told why.
    else
      void window.sallyport.request('activity.list', { search: text.trim(), limit: 50 }).then((outcome) => {
        if (isWanted && outcome.ok) setEntries(outcome.value);
      });
    return () => {
      isWanted = false;
    };
  }, [text]);
  return entries;
}

function choose({ go }: Found): void {
  closeDialog();
  go();
}

interface GroupProps {
  readonly group: FoundGroup;
  readonly active: Found | undefined;
  readonly optionId: (found: Found) => string;
}

function Group({ group: { name, found, more }, active, optionId }: GroupProps) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a list box has groups of options, not field sets
    <div role="group" className="found-group" aria-labelledby={id}>
      <p id={id} className="small quiet">
        {name}
        {more > 0 && ` (and ${more} more)`}
      </p>
      {found.map((each) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard is in the field, which chooses by Enter
        <div
          key={each.id}
          id={optionId(each)}
          role="option"
          tabIndex={-1}
          className="found"
          aria-selected={each === active}
          onClick={() => choose(each)}
        >
          <ForeignText text={each.title} maxCharacters={200} className="found-title" />
          {each.detail !== undefined && (
            <ForeignText text={each.detail} maxCharacters={120} className="found-detail small quiet" />
          )}
        </div>
      ))}
    </div>
  );
}

export function SearchDialog({ sections }: SearchProps) {
  const main = useWindowStore((state) => state.main);
  const [text, setText] = useState('');
  const [place, setPlace] = useState(0);
  const listId = useId();
  const activity = activityGroup(useMatchingActivity(text), text.trim());
  const groups = main === undefined ? [] : [...findEverything(main, sections, text), ...activity];
  const all = groups.flatMap(({ found }) => found);
  const active = all[Math.min(place, all.length - 1)];
  const optionId = ({ id }: Found) => `${listId}-${id}`;

  useEffect(() => {
    if (active !== undefined)
      document.getElementById(`${listId}-${active.id}`)?.scrollIntoView({ block: 'nearest' });
  }, [active, listId]);

  const press = (event: KeyboardEvent) => {
    const now = Math.min(place, all.length - 1);
    if (event.key === 'ArrowDown') setPlace((now + 1) % Math.max(all.length, 1));
    else if (event.key === 'ArrowUp') setPlace(now <= 0 ? Math.max(all.length - 1, 0) : now - 1);
    else if (event.key === 'Enter' && active !== undefined) choose(active);
    else return;
    event.preventDefault();
  };
  return (
    <DialogFrame title="Search everything" onClose={closeDialog}>
      <div className="dialog-body search-everything">
        <input
          // Not a search field: there Esc would empty it first.
          type="text"
          className="field"
          data-initial-focus
          role="combobox"
          aria-label="Search everything"
          aria-expanded={all.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={active && optionId(active)}
          placeholder="Keys, rules, activity, settings, doors, places"
          maxLength={bounds.searchCharacters}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setPlace(0);
          }}
          onKeyDown={press}
        />
        <p className="small quiet" role="status">
          {text.trim() === '' && 'Arrows choose, Enter goes there.'}
          {text.trim() !== '' &&
            (all.length === 0
              ? 'Nothing is found.'
              : `${all.length} ${all.length === 1 ? 'result' : 'results'}.`)}
        </p>
        <div id={listId} role="listbox" aria-label="Results" tabIndex={-1} className="found-list">
          {groups.map((group) => (
            <Group key={group.name} group={group} active={active} optionId={optionId} />
          ))}
        </div>
      </div>
    </DialogFrame>
  );
}
