// The list of keys: one stop for the Tab key, arrows inside.
import { useEffect, useRef } from 'react';
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { selectKey } from '../store/selection.ts';
import { useNow } from '../store/use-now.ts';
import { useWindowStore } from '../store/window-store.ts';
import { KeyRow } from './key-row.tsx';
import { pressInList } from './list-keyboard.ts';
import { useRowDrag } from './row-drag.ts';

interface KeyListProps {
  readonly keys: readonly KeyView[];
  /** Those of them that match the search. */
  readonly shown: readonly KeyView[];
}

export function KeyList({ keys, shown }: KeyListProps) {
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
      {shown.map((key) => (
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
    </div>
  );
}
