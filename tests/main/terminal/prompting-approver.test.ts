// The agent's questions through a prompter.
import { describe, expect, it } from 'vitest';
import type { ConfirmRequest, PassphraseRequest } from '../../../main/agent/ports/approver.ts';
import { RefusedError } from '../../../main/agent/protocol/errors.ts';
import { SecretBytes } from '../../../main/keys/encoding/secret-bytes.ts';
import { createPromptingApprover, maxPassphraseAttempts } from '../../../main/terminal/prompting-approver.ts';
import { refusingPrompter } from '../../../main/terminal/refusing-prompter.ts';
import { namedEd25519Key, ppkFile } from '../../fakes/cheap-key-files.ts';
import { addFile } from '../../fakes/planted-file.ts';
import { singleRequest } from '../../fakes/single-request.ts';
import { addRequest, bytes, constrain, testAgent } from '../../fakes/test-agent.ts';
import { ed25519Key } from '../../fakes/test-key.ts';

const never = new AbortController().signal;
const key = { comment: 'c', fingerprint: 'SHA256:f', algorithm: 'ssh-ed25519' };
const requester = {
  transport: 'unix-socket',
  purpose: { kind: 'unknown' },
  forwarded: false,
  path: [],
} as const;
const confirmRequest: ConfirmRequest = {
  id: '1',
  reason: { kind: 'use-key', because: 'It asks before each use.' },
  key,
  requesters: () => [requester],
  ...singleRequest,
};

function passphraseRequest(attempt: number): PassphraseRequest {
  return {
    id: '1',
    key,
    attempt,
    requesters: () => [requester],
    ...singleRequest,
  };
}

function answering(passphrase: string) {
  const asked: string[] = [];
  const log: string[] = [];
  const approver = createPromptingApprover(
    {
      confirm: () => Promise.resolve(true),
      askPassphrase: (text) => {
        asked.push(text);
        return Promise.resolve(new SecretBytes(new Uint8Array(Buffer.from(passphrase))));
      },
    },
    (line) => log.push(line),
  );
  return { approver, asked, log };
}

describe('prompting approver', () => {
  it('refuses everything when nobody may be asked', async () => {
    const approver = createPromptingApprover(refusingPrompter('nobody is there'), () => {});
    const why = new RefusedError('nobody is there');
    await expect(approver.confirm(confirmRequest, never)).rejects.toEqual(why);
    await expect(approver.askPassphrase(passphraseRequest(1), never)).rejects.toEqual(why);
  });

  it('says in the activity that nobody was asked, as often as a key is wanted, and counts no “no”', async () => {
    const approver = createPromptingApprover(refusingPrompter('nobody is there'), () => {});
    const { agent, connect } = testAgent({ approver });
    const [confirmed, encrypted] = [ed25519Key(), namedEd25519Key('encrypted')];
    const client = connect({ pid: 1 });
    expect(await client.status(addRequest(confirmed, 'confirmed', constrain.confirm()))).toBe(6);
    expect(await addFile(client, Buffer.from(await ppkFile(encrypted, 'word')).toString())).toBe(6);
    for (const { blob } of [confirmed, encrypted])
      for (let n = 0; n < 3; n++) expect(await client.sign(blob, bytes('data'))).toBeUndefined();
    await agent.consent.activitySettled();
    const told = agent.consent.activity.list().map(({ answer, reason, count }) => [answer, reason, count]);
    expect(told).toEqual(told.map(([, , count]) => ['failed', 'Nobody is there.', count]));
    expect(told.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(6);
    expect(agent.consent.missed.list()).toEqual([]);
  });

  it('lets nobody join the question once it is put into words', async () => {
    const said: string[] = [];
    const requesters = [requester];
    const approver = createPromptingApprover(
      { ...refusingPrompter(''), confirm: async (text) => void said.push(text) === undefined },
      () => {},
    );
    const stopJoining = () => void said.push('nobody joins');
    await approver.confirm({ ...confirmRequest, requesters: () => requesters, stopJoining }, never);
    expect(said).toEqual(['nobody joins', expect.stringContaining('allow the use of this key?')]);
  });

  it('takes a “yes” to something new for one until the agent is locked', async () => {
    const { approver } = answering('');
    const isNew: ConfirmRequest = { ...confirmRequest, usualRemember: 'until-locked' };
    expect(await approver.confirm(isNew, never)).toEqual({ kind: 'allow', remember: 'until-locked' });
  });

  it('passes on consent', async () => {
    expect(await answering('').approver.confirm(confirmRequest, never)).toBe('allow');
  });

  it('keeps a key open until the agent is locked', async () => {
    const answer = await answering('pass').approver.askPassphrase(passphraseRequest(1), never);
    expect(answer).toMatchObject({ kind: 'passphrase', keep: { kind: 'until-locked' } });
  });

  it('takes an empty passphrase for giving up', async () => {
    expect(await answering('').approver.askPassphrase(passphraseRequest(1), never)).toEqual({
      kind: 'cancelled',
    });
  });

  it('gives up after ten wrong passphrases with one line in the log, without asking again', async () => {
    const { approver, asked, log } = answering('wrong');
    const last = await approver.askPassphrase(passphraseRequest(maxPassphraseAttempts), never);
    expect(last.kind).toBe('passphrase');
    expect(await approver.askPassphrase(passphraseRequest(maxPassphraseAttempts + 1), never)).toEqual({
      kind: 'cancelled',
    });
    expect(asked).toHaveLength(1);
    expect(log).toHaveLength(1);
  });
});

describe('a signature that waits', () => {
  const waiting = { id: '1', key, requester, waitsFor: 'touch', livesIn: 'My token' } as const;
  const { confirm, askPassphrase } = refusingPrompter('');

  it('is told, and cancelled when the person wishes', async () => {
    const told: string[] = [];
    for (const isUnwanted of [true, false]) {
      const tell = (text: string) => {
        told.push(text);
        return Promise.resolve(isUnwanted);
      };
      const approver = createPromptingApprover({ confirm, askPassphrase, tell }, () => {});
      expect(await approver.showWaiting?.(waiting, never)).toBe(isUnwanted ? 'cancelled' : 'not-shown');
    }
    expect(told[0]).toContain('touch your security key');
  });

  it('is told nowhere where nobody may be asked', () => {
    expect(createPromptingApprover(refusingPrompter('no'), () => {}).showWaiting).toBeUndefined();
  });
});
