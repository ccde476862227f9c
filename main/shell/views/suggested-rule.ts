// What a rule about requests like one of the activity would say.
import type { RuleConditionsView } from '../../../ipc/contract/policy.ts';
import { relayedName } from '../../../text/rules/relayed-program.ts';
import type { ActivityEntry } from '../../agent/consent/activity/activity-entry.ts';
import type { HostName } from '../../agent/facts/host-names.ts';
import type { Destination, PurposeFacts } from '../../agent/facts/request-facts.ts';

/** A name that stands for itself alone in a rule, where `*` and `?` match anything. */
function ruleName(name: HostName | undefined): string | undefined {
  return name?.isRevoked ? undefined : name?.names.find((candidate) => !/[*?]/.test(candidate));
}

function destinationCondition(destination: Destination): string {
  return destination.trust === 'observed'
    ? (ruleName(destination.name) ?? destination.address)
    : (ruleName(destination.host.name) ?? destination.host.fingerprint);
}

function purposeConditions(
  purpose: PurposeFacts,
): Pick<RuleConditionsView, 'purpose' | 'user' | 'namespace'> {
  switch (purpose.kind) {
    case 'ssh-login':
      return { purpose: 'login', user: purpose.user };
    case 'sshsig':
      return { purpose: 'sshsig', namespace: purpose.namespace };
    case 'unknown':
      return { purpose: 'unknown' };
  }
}

/** SECURITY: of a relay's programs the one that asked; by another's word of them no rule would allow. */
function programCondition(
  process: ActivityEntry['requester']['process'],
  relayed: ActivityEntry['requester']['relayed'],
): Pick<RuleConditionsView, 'program'> {
  if (relayed?.byOwnRelay) return { program: relayedName(relayed) };
  return process?.executable === undefined ? {} : { program: process.executable };
}

/** The activity keeps long texts cut; what ends in an ellipsis may be such a one. */
const mayBeCut = (text: string) => text.endsWith('…');

/**
 * Undefined when a text was not kept whole, or is empty: a rule without that condition would be about more than the
 * entry. Also for a program that no rule can name.
 */
export function conditionsOf({ key, requester }: ActivityEntry): RuleConditionsView | undefined {
  const { process, relayed, destination, purpose, forwarded } = requester;
  // A rule names a path, and by it this machine's own file.
  if (process?.otherFile !== undefined) return undefined;
  const conditions: RuleConditionsView = {
    key: key.fingerprint,
    ...programCondition(process, relayed),
    ...(destination && { destination: destinationCondition(destination) }),
    ...purposeConditions(purpose),
    origin: forwarded ? 'forwarded' : 'local',
  };
  const texts: string[] = Object.values(conditions);
  return texts.some((text) => text === '' || mayBeCut(text)) ? undefined : conditions;
}
