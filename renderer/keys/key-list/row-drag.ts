// Changes the order with the mouse: a row is dragged between two others.
import { type DragEvent, useMemo, useRef, useState } from 'react';
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { moveKeyTo } from '../store/move-key.ts';

const rowType = 'application/x-sallyport-key';

/** The same for all rows as long as the list is the same. */
export interface RowDrag {
  readonly start: (event: DragEvent, key: KeyView) => void;
  readonly over: (event: DragEvent<HTMLElement>, key: KeyView) => void;
  readonly drop: (event: DragEvent) => void;
  readonly end: () => void;
}

interface DropPlace {
  readonly id: string;
  readonly edge: 'before' | 'after';
}

/** The index among keys without certificates that `dragged` gets when it is dropped at `place`. */
export function dropIndex(keys: readonly KeyView[], draggedId: string, place: DropPlace): number {
  const others = keys.filter((key) => !key.isCertificate && key.id !== draggedId);
  const position = keys.findIndex((key) => key.id === place.id) + (place.edge === 'after' ? 1 : 0);
  const ahead = new Set(keys.slice(0, position).map((key) => key.id));
  return others.filter((key) => ahead.has(key.id)).length;
}

/** `edgeOf`: where at a row what is dragged would go. */
export function useRowDrag(keys: readonly KeyView[]) {
  const draggedId = useRef<string>(undefined);
  const [place, setPlace] = useState<DropPlace>();
  const latest = useRef(place);
  const drag = useMemo((): RowDrag => {
    const show = (next: DropPlace | undefined) => {
      latest.current = next;
      setPlace(next);
    };
    const end = () => {
      draggedId.current = undefined;
      show(undefined);
    };
    return {
      start(event, key) {
        event.dataTransfer.setData(rowType, key.id);
        event.dataTransfer.effectAllowed = 'move';
        draggedId.current = key.id;
      },
      over(event, key) {
        if (draggedId.current === undefined) return;
        event.preventDefault();
        const { top, height } = event.currentTarget.getBoundingClientRect();
        const edge = event.clientY < top + height / 2 ? 'before' : 'after';
        // It comes many times a second while nothing changes.
        if (latest.current?.id !== key.id || latest.current.edge !== edge) show({ id: key.id, edge });
      },
      drop(event) {
        const dragged = keys.find((other) => other.id === draggedId.current);
        if (dragged === undefined || latest.current === undefined) return;
        event.preventDefault();
        void moveKeyTo(dragged, dropIndex(keys, dragged.id, latest.current));
        end();
      },
      end,
    };
  }, [keys]);
  const edgeOf = (id: string) => (place?.id === id && id !== draggedId.current ? place.edge : undefined);
  return { drag, edgeOf };
}
