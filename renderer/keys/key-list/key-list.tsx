// The list of keys: one stop for the Tab key, arrows inside.
import { type ReactNode, useEffect, useId, useRef } from 'react';
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { groupKeys } from '../store/key-groups.ts';
import { selectKey } from '../store/selection.ts';
import { useNow } from '../store/use-now.ts';
import { useWindowStore } from '../store/window-store.ts';
import { groupNames } from '../words/key-words.ts';
import { KeyRow } from './key-row.tsx';
import { pressInList } from './list-keyboard.ts';
import { useRowDrag } from './row-drag.ts';

interface KeyListProps {
  readonly keys: readonly KeyView[];
  /** Those of them that match the search. */
  readonly matching: readonly KeyView[];
}

/** A group is named only where there are several. */
function Group({ name, children }: { readonly name: string | undefined; readonly children: ReactNode }) {
  const id = useId();
  if (name === undefined) return children;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a list box has groups of options, not field sets
    <div role="group" className="key-group" aria-labelledby={id}>
      <p id={id} className="key-group-name small">
        {name}
      </p>
      {children}
    </div>
  );
}

export function KeyList({ keys, matching }: KeyListProps) {
  const groups = groupKeys(matching);
  // What is seen below another key comes after it for the keyboard, too.
  const shown = groups.flatMap((group) => group.keys);
  const selection = useWindowStore((state) => state.selection);
  const receivedAtMs = useWindowStore((state) => state.keysReceivedAtMs);
  const list = useRef<HTMLDivElement>(null);
  const hasLifetimes = shown.some((key) => key.secondsLeft !== undefined);
  const nowMs = useNow(1000, hasLifetimes);
  const lead = shown.find((key) => key.id === selection.leadId) ?? shown[0];
  const drag = useRowDrag(keys, shown.length === keys.length);

  // The keyboard follows the lead only when it is in the list already.
  useEffect(() => {
    if (lead === undefined || list.current?.contains(document.activeElement) !== true) return;
    document.getElementById(`key-${lead.id}`)?.focus();
  }, [lead]);

  const selected = new Set(selection.ids);
  return (
    <div ref={list} className="key-list" role="listbox" aria-label="Keys" aria-multiselectable="true">
      {groups.map(({ place, keys: members }) => (
        <Group key={place} name={groups.length > 1 ? groupNames[place] : undefined}>
          {members.map((key) => (
            <KeyRow
              key={key.id}
              view={key}
              isSelected={selected.has(key.id)}
              isTabStop={key === lead}
              receivedAtMs={receivedAtMs}
              nowMs={nowMs}
              dropEdge={drag.edgeOf(key.id)}
              dragProps={drag.propsOf(key)}
              onPress={(event) => pressInList(event, shown, key)}
              onClick={(event) => {
                selectKey(shown, key.id, event.shiftKey ? 'range' : event.ctrlKey ? 'toggle' : 'only');
                if (!event.shiftKey && !event.ctrlKey) useWindowStore.setState({ areDetailsOpen: true });
              }}
            />
          ))}
        </Group>
      ))}
    </div>
  );
}
