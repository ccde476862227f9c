// Changes the order with the mouse: a row is dragged between two others.
import { type DragEvent, useState } from 'react';
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { moveKeyTo } from '../store/move-key.ts';

const rowType = 'application/x-sallyport-key';

export interface RowDragProps {
  readonly draggable: boolean;
  readonly onDragStart: (event: DragEvent) => void;
  readonly onDragOver: (event: DragEvent<HTMLElement>) => void;
  readonly onDrop: (event: DragEvent) => void;
  readonly onDragEnd: () => void;
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

/** `isPossible`: the whole list is shown, so that a place in it means something. */
export function useRowDrag(keys: readonly KeyView[], isPossible: boolean) {
  const [draggedId, setDraggedId] = useState<string>();
  const [place, setPlace] = useState<DropPlace>();
  const end = () => {
    setDraggedId(undefined);
    setPlace(undefined);
  };
  const propsOf = (key: KeyView): RowDragProps => ({
    draggable: isPossible && !key.isCertificate,
    onDragStart: (event) => {
      event.dataTransfer.setData(rowType, key.id);
      event.dataTransfer.effectAllowed = 'move';
      setDraggedId(key.id);
    },
    onDragOver: (event) => {
      if (draggedId === undefined) return;
      event.preventDefault();
      const { top, height } = event.currentTarget.getBoundingClientRect();
      setPlace({ id: key.id, edge: event.clientY < top + height / 2 ? 'before' : 'after' });
    },
    onDrop: (event) => {
      const dragged = keys.find((other) => other.id === draggedId);
      if (dragged === undefined || place === undefined) return;
      event.preventDefault();
      void moveKeyTo(dragged, dropIndex(keys, dragged.id, place));
      end();
    },
    onDragEnd: end,
  });
  return { propsOf, edgeOf: (id: string) => (place?.id === id && id !== draggedId ? place.edge : undefined) };
}
