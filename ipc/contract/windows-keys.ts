// Keys that Windows keeps: which are offered, made and deleted.
import * as v from 'valibot';
import {
  isWindowsKeyName,
  newWindowsKeyHomes,
  newWindowsKeyKinds,
  type WindowsKeyList,
} from '../../main/agent/ports/windows-keys.ts';
import { nothing } from './fields.ts';
import { fromKeys } from './request.ts';

const fingerprint = v.pipe(v.string(), v.regex(/^SHA256:[\w+/]{43}$/));

export const windowsKeyRequests = {
  /** Asks Windows anew. */
  'windowsKeys.list': fromKeys(nothing).gives<WindowsKeyList>(),
  /** Windows may ask the person. Gives the fingerprint. */
  'windowsKeys.make': fromKeys(
    v.strictObject({
      home: v.picklist(newWindowsKeyHomes),
      kind: v.picklist(newWindowsKeyKinds),
      name: v.pipe(v.string(), v.check(isWindowsKeyName)),
    }),
  ).gives<string>(),
  /** For good. False: the person keeps it, who is asked where no page can answer. */
  'windowsKeys.delete': fromKeys(v.strictObject({ fingerprint })).gives<boolean>(),
  'windowsKeys.offer': fromKeys(
    v.strictObject({
      which: v.union([v.literal('certificates'), v.strictObject({ fingerprint })]),
      isOffered: v.boolean(),
    }),
  ).gives<null>(),
};
