// Both ends of what a window may ask and what it gets.
// Values are for the main process and the tests alone: pages take types, and the preload the names (names.ts).
import type { InferInput, InferOutput } from 'valibot';
import { activityRequests } from './activity.ts';
import { doorRequests } from './doors.ts';
import type { EventName, Events } from './events.ts';
import { getStartedRequests } from './get-started.ts';
import { helloRequests } from './hello.ts';
import { keyFileRequests } from './key-files.ts';
import { keyHostRequests } from './key-hosts.ts';
import { keyRequests } from './keys.ts';
import { policyRequests } from './policy.ts';
import { programRequests } from './program.ts';
import { promptRequests } from './prompt.ts';
import { securityKeyRequests } from './security-keys.ts';
import { setUpRequests } from './set-up.ts';
import { storeRequests } from './stores.ts';
import { tokenRequests } from './tokens.ts';
import { useWithRequests } from './use-with.ts';
import { windowsKeyRequests } from './windows-keys.ts';

export const requests = {
  ...keyRequests,
  ...keyFileRequests,
  ...keyHostRequests,
  ...activityRequests,
  ...policyRequests,
  ...doorRequests,
  ...getStartedRequests,
  ...helloRequests,
  ...securityKeyRequests,
  ...setUpRequests,
  ...storeRequests,
  ...tokenRequests,
  ...useWithRequests,
  ...windowsKeyRequests,
  ...programRequests,
  ...promptRequests,
};

export type RequestName = keyof typeof requests;
/** What the window sends. */
export type RequestInput<N extends RequestName> = InferInput<(typeof requests)[N]['input']>;
/** The same once it has been checked. */
export type CheckedInput<N extends RequestName> = InferOutput<(typeof requests)[N]['input']>;
export type RequestOutput<N extends RequestName> = Exclude<(typeof requests)[N]['output'], undefined>;

/**
 * `refused`: this window may not ask that. `invalid`: the input does not fit. `failed`: it was tried; the message
 * is a sentence for the person.
 */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: 'refused' | 'invalid' | 'failed'; readonly message: string };

/** What the preload exposes as `window.sallyport`. */
export interface Bridge {
  /** Never rejects. */
  request<N extends RequestName>(name: N, input: RequestInput<N>): Promise<Outcome<RequestOutput<N>>>;
  /** Calls back with every event of that name; returns the way to stop that. */
  on<N extends EventName>(name: N, listener: (payload: Events[N]) => void): () => void;
}
