// The agent with its doors: what is on disk when it is locked, and when it has ended.
import { expect, it } from 'vitest';
import type { ActivitySink } from '../../main/agent/consent/activity/activity.ts';
import { startAgent } from '../../main/start-agent.ts';
import { ScriptedApprover } from '../fakes/scripted-approver.ts';
import { addRequest, bytes, TestClient, testPeer } from '../fakes/test-agent.ts';
import { ed25519Key } from '../fakes/test-key.ts';

it('writes what a key was used for when it is locked, and at its end', async () => {
  const [lines, written]: [string[], string[][]] = [[], []];
  const activitySink: ActivitySink = { load: () => [], append: (line) => lines.push(line) };
  const consentFiles = {
    agentOptions: { activitySink },
    isNewInstallation: false,
    flush: () => Promise.resolve(void written.push([...lines])),
  };
  const { agent, openSession, stop } = await startAgent({
    transports: [],
    mayHaveNoDoor: true,
    approver: new ScriptedApprover(),
    consentFiles: consentFiles as never,
  });
  const client = new TestClient(openSession(testPeer()));
  const key = ed25519Key();
  await client.send(addRequest(key, 'me'));
  await client.sign(key.blob, bytes('x'));
  agent.pause('person');
  await expect.poll(() => written.map(({ length }) => length)).toEqual([1]);
  agent.resume();
  await expect.poll(() => written).toHaveLength(2);
  await client.sign(key.blob, bytes('x'));
  await stop();
  expect(written.at(-1)).toHaveLength(2);
});
