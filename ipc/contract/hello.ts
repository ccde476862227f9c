// Windows Hello in the place of a key's passphrase, as the key window has it. It is set up at a prompt.
import * as v from 'valibot';
import { keyId } from './fields.ts';
import { fromKeys } from './request.ts';

export interface KeyHello {
  /** Since when it opens the key, ISO 8601; left out: it does not yet. */
  readonly since?: string;
}

export const helloRequests = {
  /** From now on the passphrase alone opens the key. */
  'hello.forget': fromKeys(v.strictObject({ id: keyId })).gives<null>(),
};
