// What the key window asks about when keys may be used: rules, levels, and the order in which keys are offered.
import type { policyRequests } from '../../../ipc/contract/policy.ts';
import type { ConsentAdministration } from '../../agent/consent/consent-administration.ts';
import { NoSuchRuleError, PolicyError } from '../../agent/consent/rules/policy-store.ts';
import type { KeyAdministration } from '../../agent/ring/key-administration.ts';
import { whyNoProgram } from '../../programs/why-no-program.ts';
import { offerViews } from '../views/offer-views.ts';
import { policyView } from '../views/policy-views.ts';
import type { HandlersOf } from './answer-request.ts';
import { findKey } from './find-key.ts';
import { RequestFailure } from './request-failure.ts';

const noSuchRule = () => new RequestFailure('This rule is not there any more.');

/** Throws RequestFailure for what the core says about the person's wish. */
async function changed<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error: unknown) {
    if (error instanceof NoSuchRuleError) throw noSuchRule();
    if (error instanceof PolicyError) throw new RequestFailure(error.message);
    throw error;
  }
}

function assertProgram({ program }: { readonly program?: string }): void {
  const problem = program ? whyNoProgram(program, process.env) : undefined;
  if (problem !== undefined) throw new RequestFailure(problem);
}

export function policyHandlers(
  consent: ConsentAdministration,
  keys: KeyAdministration,
): HandlersOf<typeof policyRequests> {
  const { policies } = consent;
  return {
    'policy.get': () => policyView(policies.policy),
    async 'policy.addRule'({ rule, before }) {
      assertProgram(rule);
      await changed(policies.addRule(rule, before));
      return null;
    },
    async 'policy.changeRule'({ id, rule }) {
      assertProgram(rule);
      await changed(policies.changeRule(id, rule));
      return null;
    },
    async 'policy.moveRule'({ id, toIndex }) {
      if (!(await changed(policies.moveRule(id, toIndex)))) throw noSuchRule();
      return null;
    },
    async 'policy.removeRule'({ id }) {
      if (!(await changed(policies.removeRule(id)))) throw noSuchRule();
      return null;
    },
    async 'policy.restoreRule'({ id }) {
      if (!(await changed(policies.restoreRule(id)))) throw noSuchRule();
      return null;
    },
    async 'policy.setLevel'({ id, level }) {
      const { fingerprint } = findKey(keys, id);
      await changed(consent.setKeyLevel(fingerprint, level));
      return null;
    },
    async 'policy.setDefaultLevel'({ level }) {
      await changed(policies.setDefaultLevel(level));
      return null;
    },
    'offers.list': () => offerViews(consent, keys),
  };
}
