// What the key window asks about Windows Hello in the place of passphrases.
import type { helloRequests } from '../../../ipc/contract/hello.ts';
import type { KeyAdministration } from '../../agent/ring/key-administration.ts';
import { explainWriteError } from '../../stored/explain-file-error.ts';
import type { HelloUnlock } from '../prompts/hello-unlock.ts';
import type { HandlersOf } from './answer-request.ts';
import { findKey } from './find-key.ts';
import { RequestFailure } from './request-failure.ts';

export function helloHandlers(
  keys: KeyAdministration,
  hello: Pick<HelloUnlock, 'forget'> | undefined,
): HandlersOf<typeof helloRequests> {
  return {
    async 'hello.forget'({ id }) {
      const { fingerprint } = findKey(keys, id);
      await hello?.forget(fingerprint).catch((error: unknown) => {
        throw new RequestFailure(
          `Windows Hello goes on unlocking this key, as what is stored for it could not be removed. ${explainWriteError(error)}`,
        );
      });
      return null;
    },
  };
}
