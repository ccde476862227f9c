// The list of keys: one stop for the Tab key, arrows inside.
import { memo, type ReactNode, useEffect, useId, useMemo, useRef } from 'react';
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { groupKeys } from '../store/key-groups.ts';
import { selectKey } from '../store/selection.ts';
import { useNow } from '../store/use-now.ts';
import { useWindowStore } from '../store/window-store.ts';
import { groupNames } from '../words/key-words.ts';
import { KeyRow, type RowActions } from './key-row.tsx';
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

/** Whether a time is shown that runs. */
const hasTime = (key: KeyView) => key.secondsLeft !== undefined || key.validity?.secondsLeft !== undefined;

export const KeyList = memo(function KeyList({ keys, matching }: KeyListProps) {
  const groups = useMemo(() => groupKeys(matching), [matching]);
  // What is seen below another key comes after it for the keyboard, too.
  const shown = useMemo(() => groups.flatMap((group) => group.keys), [groups]);
  const selection = useWindowStore((state) => state.selection);
  const receivedAtMs = useWindowStore((state) => state.keysReceivedAtMs);
  const list = useRef<HTMLDivElement>(null);
  const hasLifetimes = shown.some((key) => key.secondsLeft !== undefined);
  const nowMs = useNow(1000, hasLifetimes);
  const lead = shown.find((key) => key.id === selection.leadId) ?? shown[0];
  const { drag, edgeOf } = useRowDrag(keys);
  // Only in the whole list a place means something.
  const isWhole = shown.length === keys.length;
  const actions = useMemo(
    (): RowActions => ({
      press: (event, key) => pressInList(event, shown, key),
      click(event, key) {
        selectKey(shown, key.id, event.shiftKey ? 'range' : event.ctrlKey ? 'toggle' : 'only');
        if (!event.shiftKey && !event.ctrlKey) useWindowStore.setState({ areDetailsOpen: true });
      },
    }),
    [shown],
  );

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
              nowMs={hasTime(key) ? nowMs : 0}
              dropEdge={edgeOf(key.id)}
              isDraggable={isWhole && !key.isCertificate}
              drag={drag}
              actions={actions}
            />
          ))}
        </Group>
      ))}
    </div>
  );
});
