// What the key window asks about keys that live elsewhere: other agents.
import type { storeRequests } from '../../../ipc/contract/stores.ts';
import type { Agent } from '../../agent/create-agent.ts';
import {
  type DoorReport,
  type FoundUpstream,
  UpstreamError,
  type Upstreams,
} from '../../agent/ports/host.ts';
import { storeView } from '../views/store-views.ts';
import type { HandlersOf } from './answer-request.ts';
import { RequestFailure } from './request-failure.ts';

export interface StoreHandlerOptions {
  readonly stores: Pick<Agent['stores'], 'list' | 'refresh' | 'cancel'>;
  readonly upstreams: Upstreams;
  readonly doors: { readonly views: readonly DoorReport[] };
  readonly find: () => Promise<readonly FoundUpstream[]>;
}

/** Throws RequestFailure for what is said about the person's wish. */
async function changed<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error: unknown) {
    if (error instanceof UpstreamError) throw new RequestFailure(error.message);
    throw error;
  }
}

/** Those that are neither used already nor a door of this agent. */
export async function unusedUpstreams({
  stores,
  doors,
  find,
}: Pick<StoreHandlerOptions, 'stores' | 'doors' | 'find'>): Promise<readonly FoundUpstream[]> {
  const known = [...stores.list(), ...doors.views].map(({ address }) => address);
  return (await find()).filter(({ address }) => !known.includes(address));
}

export function storeHandlers(options: StoreHandlerOptions): HandlersOf<typeof storeRequests> {
  const { stores, upstreams } = options;
  return {
    async 'stores.refresh'() {
      await stores.refresh();
      return stores.list().map(storeView);
    },
    'stores.cancel'({ id }) {
      if (!stores.cancel(id)) throw new RequestFailure('This signature has ended already.');
      return null;
    },
    'upstreams.find': () => unusedUpstreams(options),
    async 'upstreams.add'({ address }) {
      await changed(upstreams.add(address));
      return null;
    },
    async 'upstreams.remove'({ address }) {
      if (!(await changed(upstreams.remove(address))))
        throw new RequestFailure('This agent is not there any more.');
      return null;
    },
  };
}
