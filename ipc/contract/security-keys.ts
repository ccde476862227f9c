// Security keys: the libraries by which they are reached, chosen by the person, and the keys that are kept in them.
import * as v from 'valibot';
import type { SecurityKeyLibrary } from '../../main/agent/ports/host.ts';
import type { LoadedResidentKeys } from '../../main/agent/ports/resident-keys.ts';
import { bounds } from './bounds.ts';
import { nothing, passphrase } from './fields.ts';
import { fromKeys } from './request.ts';

const path = v.pipe(v.string(), v.minLength(1), v.maxLength(bounds.addressCharacters));

export type LoadOutcome =
  | ({ readonly kind: 'loaded' } & LoadedResidentKeys)
  /** A security key wants its PIN, for the reason that is told. */
  | { readonly kind: 'pin-wanted'; readonly message: string }
  | { readonly kind: 'cancelled' };

export const securityKeyRequests = {
  /** Looks at each library; empty also where security keys are reached without. */
  'securityKeys.list': fromKeys(nothing).gives<readonly SecurityKeyLibrary[]>(),
  /** Opens the system's dialog for a file; null: the person has chosen none. */
  'securityKeys.choose': fromKeys(nothing).gives<string | null>(),
  'securityKeys.add': fromKeys(v.strictObject({ path })).gives<null>(),
  'securityKeys.remove': fromKeys(v.strictObject({ path })).gives<null>(),
  /** Adds the resident keys to the agent. An empty PIN is none; another load is given up. */
  'securityKeys.load': fromKeys(v.strictObject({ pin: passphrase })).gives<LoadOutcome>(),
  'securityKeys.stopLoading': fromKeys(nothing).gives<null>(),
};
