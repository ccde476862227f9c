// What the key window asks about the hosts that a key is for.
import type { HostsOfKeyView, keyHostRequests } from '../../../ipc/contract/key-hosts.ts';
import { UntrustedPlaceError } from '../../../ipc/posix/files/trusted-place.ts';
import { cut } from '../../../text/foreign-text.ts';
import { RefusedError } from '../../agent/protocol/errors.ts';
import type { KeyAdministration } from '../../agent/ring/key-administration.ts';
import { explainWriteError } from '../../stored/explain-file-error.ts';
import { addHostsOfKey, KeysTomlError, removeHostOfKey } from '../../stored/keys-toml-file.ts';
import type { PersonHosts } from '../../stored/person-hosts.ts';
import type { HandlersOf } from './answer-request.ts';
import { findKey } from './find-key.ts';
import { assertHosts, restrictionTo } from './host-wishes.ts';
import { RequestFailure } from './request-failure.ts';

const maxCharacters = 1024;

/** What became of the file or the key, in sentences for the person; anything unexpected is thrown on. */
function failure(error: unknown): RequestFailure {
  if (error instanceof RequestFailure) return error;
  if (error instanceof KeysTomlError || error instanceof UntrustedPlaceError)
    return new RequestFailure(error.message);
  if (error instanceof RefusedError)
    return new RequestFailure(`The key was not restricted: ${error.message}.`);
  if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
  return new RequestFailure(explainWriteError(error));
}

async function told<T>(action: () => Promise<T> | T): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw failure(error);
  }
}

export function keyHostHandlers(
  keys: KeyAdministration,
  personHosts: PersonHosts,
): HandlersOf<typeof keyHostRequests> {
  const { file, setOf } = personHosts;
  const view = (fingerprint: string): HostsOfKeyView => ({
    hosts: setOf(fingerprint),
    file: cut(file, maxCharacters),
  });
  return {
    'keyHosts.get': ({ id }) => told(() => view(findKey(keys, id).fingerprint)),
    'keyHosts.add': ({ id, host }) =>
      told(async () => {
        const { fingerprint, comment } = findKey(keys, id);
        assertHosts([host]);
        await addHostsOfKey(file, fingerprint, comment, [host]);
        return view(fingerprint);
      }),
    'keyHosts.remove': ({ id, host }) =>
      told(async () => {
        const { fingerprint } = findKey(keys, id);
        await removeHostOfKey(file, fingerprint, host);
        return view(fingerprint);
      }),
    'keyHosts.restrict': ({ id, hosts }) =>
      told(async () => {
        findKey(keys, id);
        const destinations = await restrictionTo(hosts, personHosts);
        if (!keys.restrict(id, destinations))
          throw new RequestFailure(
            'This key can’t be restricted: it is already, or is not held here. Remove it and add it again.',
          );
        return null;
      }),
    'hosts.known': ({ use }) => personHosts.known(use),
    async 'hosts.check'({ use, host }) {
      try {
        if (use === 'offer') assertHosts([host]);
        else await restrictionTo([host], personHosts);
        return {};
      } catch (error) {
        if (error instanceof RequestFailure) return { problem: error.message };
        throw error;
      }
    },
  };
}
