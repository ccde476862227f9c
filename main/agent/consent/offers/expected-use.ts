// The login that a list is for, before anybody asks for its signature.
import type { Connection } from '../../facts/connection.ts';
import type { Requester } from '../../facts/requester.ts';

/** As far as it is known: by OpenSSH it names the host in what is signed. */
export function expectedUse(connection: Connection): Promise<Requester> {
  const bound = connection.bindings.all.find(({ forwarded }) => !forwarded);
  const sessionId = bound?.sessionId ?? new Uint8Array();
  const hostKey = bound && { hostKey: bound.hostKey.blob };
  return connection.requester({
    ...{ kind: 'ssh-login', user: '', service: 'ssh-connection' },
    sessionId,
    ...hostKey,
  });
}
