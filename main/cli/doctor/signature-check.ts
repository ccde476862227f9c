// A signature that really runs, by a key of which it is known beforehand that nobody is asked.
import type { StoredPolicy } from '../../agent/consent/rules/policy-format.ts';
import { withinLimit } from '../../basics/waiting.ts';
import { AgentClient } from '../../client/agent-client.ts';
import { connectToAgent } from '../../client/agent-connection.ts';
import type { ListedKey } from '../../client/agent-replies.ts';
import type { CommandIo } from '../parts/command.ts';
import { explainError } from '../parts/explain-error.ts';
import { describeBlob } from '../parts/keys/describe-key.ts';
import { testSignKey } from '../parts/keys/test-sign-key.ts';
import { ownSecret } from '../parts/own-secret.ts';
import type { Status } from '../status/look-around.ts';
import { sallyportOf } from './agent-checks.ts';
import { type Finding, fine, problem, skipped } from './check.ts';

const patienceMs = 10_000;
const what = { id: 'signature', title: 'A signature' };

/** Levels by which a program of this machine is not asked about. */
const silentLevels: readonly unknown[] = ['never', 'forwarded'];

/**
 * A key in clear, without a condition or a rule that might ask. SECURITY: the doctor must not teach people to agree to
 * prompts that they did not ask for, so whatever is in doubt is left alone.
 */
export function silentKey(
  keys: readonly ListedKey[],
  { rules, defaultLevel, levels }: Pick<StoredPolicy, 'rules' | 'defaultLevel' | 'levels'>,
): ListedKey | undefined {
  if (rules.length > 0) return undefined;
  return keys.find(({ blob, keptAs, confirm, restrictedToDestinations }) => {
    const { publicKey, fingerprint } = describeBlob(blob);
    const isPlain =
      publicKey !== undefined && !publicKey.certificate && !publicKey.algorithm.startsWith('sk-');
    const level = levels[fingerprint] ?? defaultLevel;
    return (
      isPlain && keptAs === 'clear' && !confirm && !restrictedToDestinations && silentLevels.includes(level)
    );
  });
}

async function sign(address: string, io: CommandIo, keys: readonly ListedKey[]): Promise<Finding> {
  const client = new AgentClient(await connectToAgent(address));
  try {
    const reply = await client.changeRules(ownSecret(io), { do: 'list' });
    const key = reply.ok ? silentKey(keys, reply.policy) : undefined;
    if (!key)
      return skipped(
        what,
        'Each key may ask you, and the doctor asks nobody. To try one: sallyport test-sign KEY',
      );
    const algorithm = await testSignKey(client, key);
    return fine(what, `${describeBlob(key.blob).fingerprint} signed, and ${algorithm} was verified.`);
  } finally {
    client.close();
  }
}

export async function checkSignature(status: Status, io: CommandIo): Promise<Finding> {
  const ours = sallyportOf(status);
  if (!ours || ours.isLocked) return skipped(what, 'There is no open Sallyport to sign.');
  if (ours.keys.length === 0) return skipped(what, 'The agent has no keys.');
  const remedy = 'See: sallyport log';
  const late = () => problem(what, `None came within ${patienceMs / 1000} seconds.`, remedy);
  try {
    return await withinLimit(sign(ours.address, io, ours.keys), patienceMs, late);
  } catch (error: unknown) {
    return problem(what, explainError(error), remedy);
  }
}
