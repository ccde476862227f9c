// One decision of the policy with 1,000 keys and 1,000 rules, the worst cases: every rule is looked at, none matches.
import { decide, type Policy, type PolicyRequest } from '../../main/agent/consent/rules/policy.ts';
import { readStoredPolicy, storePolicy } from '../../main/agent/consent/rules/policy-format.ts';
import type { Rule } from '../../main/agent/consent/rules/rule.ts';
import { type Measurement, measure } from './measure.ts';

const count = 1000;
/** The last character of a fingerprint stands for four bits: not every one can be there. */
const fingerprint = (n: number) => `SHA256:${String(n).padStart(42, 'A')}A`;

/** Rules of every kind; none is about the request below, but all look like it for as long as possible. */
const rules: readonly Rule[] = Array.from({ length: count }, (_, n): Rule => {
  const id = `rule-${n}`;
  switch (n % 4) {
    case 0:
      return { id, action: 'deny', program: '/usr/bin/ssh', user: 'git', destination: fingerprint(n) };
    case 1:
      return { id, action: 'allow', program: '/usr/bin/ssh', destination: `*.host-${n}.example` };
    case 2:
      return { id, action: 'ask', destination: `*a*a*a*a*a*b${n}`, origin: 'any' };
    default:
      return { id, action: 'deny', program: `C:\\Program Files\\Program ${n}\\program.exe` };
  }
});

export const benchPolicy: Policy = {
  rules,
  levels: new Map(Array.from({ length: count }, (_, n) => [fingerprint(n), 'always'])),
  defaultLevel: 'never',
};

const request = (n: number): PolicyRequest => ({
  keyFingerprint: fingerprint(n % count),
  confirmConstraint: false,
  askEachUse: false,
  program: '/usr/bin/ssh',
  use: {
    purpose: { kind: 'ssh-login', user: 'git', service: 'ssh-connection' },
    forwarded: true,
    path: [],
    destination: {
      trust: 'verified',
      basis: 'session-bind',
      host: {
        fingerprint: fingerprint(count + 1),
        algorithm: 'ssh-ed25519',
        name: {
          names: ['a'.repeat(60), 'host.example', '[host.example]:2222'],
          source: 'known_hosts',
          isRevoked: false,
        },
      },
    },
  },
});

export async function benchDecision(): Promise<Measurement> {
  return await measure('decision with 1,000 keys and 1,000 rules', 5000, (call) => {
    const { decision } = decide(benchPolicy, request(call));
    if (decision !== 'ask')
      throw new Error(`the benchmark expects every key to be asked about, not ${decision}`);
  });
}

export async function benchPolicyFile(): Promise<Measurement> {
  const stored: unknown = JSON.parse(JSON.stringify(storePolicy(benchPolicy)));
  return await measure('reading a file with 1,000 rules', 100, () => {
    const { rules: read } = readStoredPolicy(stored);
    if (read.length !== count || read.some(({ action }) => action === 'unreadable'))
      throw new Error('rules are missing');
  });
}
