// Places of keys as the window shows them.
import type { StoreView } from '../../../ipc/contract/stores.ts';
import { cut } from '../../../text/foreign-text.ts';
import type { StoreSummary } from '../../agent/ports/key-store.ts';

const maxCharacters = 1024;

export function storeView(store: StoreSummary): StoreView {
  return {
    ...store,
    title: cut(store.title, maxCharacters),
    pending: store.pending.map((pending) => ({
      ...pending,
      key: { ...pending.key, comment: cut(pending.key.comment, maxCharacters) },
    })),
  };
}
