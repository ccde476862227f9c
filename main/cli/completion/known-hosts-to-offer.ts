// The hosts that completion offers, from known_hosts and ssh's config.
import { hostFiles } from '../../stored/hosts/host-files.ts';
import { hostNamesToOffer } from '../../stored/hosts/read-known-hosts.ts';
import { personHome } from '../../stored/person-dir.ts';
import type { Candidate } from './complete.ts';

/** SECURITY: a shell may take other characters for code, and others may have brought a name into known_hosts. */
const harmless = /^[\w.:%[\]-]+$/;

/** Never rejects. */
export async function knownHostsToOffer(env: NodeJS.ProcessEnv): Promise<readonly Candidate[]> {
  const names = await hostNamesToOffer(hostFiles(process.platform, env, personHome()));
  return names.filter((name) => harmless.test(name)).map((word) => ({ word, about: '' }));
}
