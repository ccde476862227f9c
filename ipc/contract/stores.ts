// Where keys live that are not held here: other agents, added and removed by the person.
import * as v from 'valibot';
import type { FoundUpstream } from '../../main/agent/ports/host.ts';
import type { StoreSummary } from '../../main/agent/ports/key-store.ts';
import { bounds } from './bounds.ts';
import { keyId, nothing } from './fields.ts';
import { fromKeys, typed } from './request.ts';

export type StoreView = StoreSummary;

const address = v.pipe(v.string(), v.minLength(1), v.maxLength(bounds.addressCharacters));

export const storeRequests = {
  /** Asks all of them for their keys again. */
  'stores.refresh': fromKeys(nothing).gives<readonly StoreView[]>(),
  /** Those that are not used yet. */
  /** Ends one of the `pending` signatures. */
  'stores.cancel': fromKeys(v.strictObject({ id: keyId })).gives<null>(),
  'upstreams.find': fromKeys(nothing).gives<readonly FoundUpstream[]>(),
  'upstreams.add': fromKeys(v.strictObject({ address })).gives<null>(),
  'upstreams.remove': fromKeys(v.strictObject({ address })).gives<null>(),
};

export const storeEvents = { 'stores.changed': typed<readonly StoreView[]>() };
