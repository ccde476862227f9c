// What completion offers of the running agent: asked in a moment, or not at all.
import * as v from 'valibot';
import { foreignText } from '../../../text/foreign-text.ts';
import { ruleActions } from '../../../text/rules/effective-rule.ts';
import { AgentClient } from '../../client/agent-client.ts';
import { connectToAgent } from '../../client/agent-connection.ts';
import { agentAddress } from '../../client/find/agent-address.ts';
import type { CommandIo } from '../parts/command.ts';
import { describeBlob } from '../parts/keys/describe-key.ts';
import { ownSecret } from '../parts/own-secret.ts';
import type { Candidate, RunningFacts } from './complete.ts';

/** Longer than an agent takes, and shorter than a person waits for a completion. */
const patienceMs = 1000;
const maxAboutCharacters = 60;

const ruleSchema = v.looseObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  action: v.picklist(ruleActions),
});

/** Nothing where no agent answers in time, whatever the reason: a completion tells no errors. */
async function ask<T>(
  { env }: CommandIo,
  talk: (client: AgentClient) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const asked = async () => {
    const client = new AgentClient(await connectToAgent(await agentAddress(env)));
    try {
      return await talk(client);
    } finally {
      client.close();
    }
  };
  const given = new Promise<readonly T[]>((resolve) => setTimeout(resolve, patienceMs, []).unref());
  return Promise.race([asked().catch(() => []), given]);
}

/** SECURITY: what is inserted is made by us and of harmless characters; comments of others are only ever shown. */
export function runningFacts(io: CommandIo): RunningFacts {
  return {
    keys: () =>
      ask(io, async (client) => {
        const about = new Map<string, string>();
        for (const { blob, comment } of await client.list()) {
          const { fingerprint } = describeBlob(blob);
          if (!about.has(fingerprint)) about.set(fingerprint, foreignText(comment, maxAboutCharacters));
        }
        return [...about].map(([word, comment]): Candidate => ({ word, about: comment }));
      }),
    rules: () =>
      ask(io, async (client) => {
        const reply = await client.changeRules(ownSecret(io), { do: 'list' });
        const rules = reply.ok ? reply.policy.rules : [];
        return rules.flatMap((rule) => {
          const read = v.safeParse(ruleSchema, rule);
          return read.success ? [{ word: read.output.id, about: read.output.action }] : [];
        });
      }),
  };
}
