// What the key window asks about keys that Windows keeps.
import type { windowsKeyRequests } from '../../../ipc/contract/windows-keys.ts';
import { type WindowsKey, type WindowsKeys, WindowsKeysError } from '../../agent/ports/windows-keys.ts';
import type { HandlersOf } from './answer-request.ts';
import { RequestFailure } from './request-failure.ts';

/** Throws RequestFailure for what is said about the person's wish. */
async function done<T>(wish: Promise<T>): Promise<T> {
  try {
    return await wish;
  } catch (error: unknown) {
    if (error instanceof WindowsKeysError) throw new RequestFailure(error.message);
    throw error;
  }
}

/**
 * `windowsKeys` is left out on other systems. `mayDelete`: whether the person allows that, asked where no page can answer.
 */
export function windowsKeyHandlers(
  windowsKeys: WindowsKeys | undefined,
  mayDelete: (key: WindowsKey) => Promise<boolean>,
): HandlersOf<typeof windowsKeyRequests> {
  const there = () => {
    if (windowsKeys === undefined) throw new RequestFailure('Only Windows keeps keys of its own.');
    return windowsKeys;
  };
  return {
    'windowsKeys.list': () => done(there().list()),
    'windowsKeys.make': (wish) => done(there().make(wish)),
    async 'windowsKeys.delete'({ fingerprint }) {
      const { keys } = await done(there().list());
      const key = keys.find((one) => one.isOwn && one.fingerprint === fingerprint);
      // SECURITY: a page that somebody has taken over must not delete what nobody can bring back.
      if (key !== undefined && !(await mayDelete(key))) return false;
      if (key !== undefined && (await done(there().delete(fingerprint)))) return true;
      throw new RequestFailure('This key is not there any more.');
    },
    async 'windowsKeys.offer'({ which, isOffered }) {
      await done(there().offer(which, isOffered));
      return null;
    },
  };
}
