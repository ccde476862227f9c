// Libraries for tokens (PKCS#11): chosen by the person, with the tokens that each reaches.
import * as v from 'valibot';
import type { TokenLibraryReport } from '../../main/agent/ports/host.ts';
import { bounds } from './bounds.ts';
import { nothing } from './fields.ts';
import { fromKeys } from './request.ts';

const path = v.pipe(v.string(), v.minLength(1), v.maxLength(bounds.addressCharacters));

export const tokenRequests = {
  /** As they were looked at last. */
  'tokens.list': fromKeys(nothing).gives<readonly TokenLibraryReport[]>(),
  /** Opens the system's dialog for a file; null: the person has chosen none. */
  'tokens.choose': fromKeys(nothing).gives<string | null>(),
  'tokens.add': fromKeys(v.strictObject({ path })).gives<null>(),
  'tokens.remove': fromKeys(v.strictObject({ path })).gives<null>(),
};
