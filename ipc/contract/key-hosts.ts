// Which hosts a key is for: what is set, and set anew; names to be offered while one is typed.
import * as v from 'valibot';
import { host, keyId, someHosts } from './fields.ts';
import { fromKeys } from './request.ts';

/** A host that is set for a key. */
export interface HostOfKeyView {
  /** `[USER@]NAME`, where the name may hold `*` and `?`, or `SHA256:…` of a host key. */
  readonly host: string;
  /** The person wrote it into the file, where they alone take it out. */
  readonly isByHand: boolean;
}

export interface HostsOfKeyView {
  readonly hosts: readonly HostOfKeyView[];
  /** Where they are kept. */
  readonly file: string;
}

/** What a host is named for: to be offered a key, or to be all that a key is restricted to. */
const use = v.picklist(['offer', 'restrict']);
export type HostUse = v.InferOutput<typeof use>;

const hostOfKey = v.strictObject({ id: keyId, host });

export const keyHostRequests = {
  /** All fail with a sentence for the person where the file can't be used. */
  'keyHosts.get': fromKeys(v.strictObject({ id: keyId })).gives<HostsOfKeyView>(),
  'keyHosts.add': fromKeys(hostOfKey).gives<HostsOfKeyView>(),
  'keyHosts.remove': fromKeys(hostOfKey).gives<HostsOfKeyView>(),
  /** Lets the key go to these hosts alone; only its removal ends that. Fails with a sentence for the person. */
  'keyHosts.restrict': fromKeys(v.strictObject({ id: keyId, hosts: someHosts })).gives<null>(),
  /** What the person's programs know, sorted. */
  'hosts.known': fromKeys(v.strictObject({ use })).gives<readonly string[]>(),
  /** Whether it can be one for that, before it is. */
  'hosts.check': fromKeys(v.strictObject({ use, host })).gives<{ readonly problem?: string }>(),
};
