// Windows' keys in the agent: which are offered, that they follow its rules, and that a place that hangs holds up no other.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptWindowsKeys } from '../../../../main/key-stores/windows/kept-windows-keys.ts';
import { sha256Fingerprint } from '../../../../main/keys/kinds/shared/fingerprint.ts';
import { createWindowsKeysFile } from '../../../../main/stored/windows-keys-file.ts';
import { ssh } from '../../../fakes/consent-agent.ts';
import { settle } from '../../../fakes/settle.ts';
import { bytes, request, testAgent } from '../../../fakes/test-agent.ts';
import { WindowsKeyCallsFake } from '../../../fakes/windows-key-calls.ts';

let dir: string;
let logged: string[];
beforeEach(() => {
  logged = [];
  dir = mkdtempSync(join(tmpdir(), 'sallyport-windows-keys-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));
const path = () => join(dir, 'windows-keys.json');

async function withWindows(calls = new WindowsKeyCallsFake()) {
  const test = testAgent();
  const file = createWindowsKeysFile(path(), (line) => logged.push(line));
  const kept = new KeptWindowsKeys({ stores: test.agent.stores, file, calls });
  kept.open();
  await expect.poll(() => test.agent.stores.list()[0]?.state.status).toBe('ready');
  const client = test.connect(ssh);
  return { ...test, kept, calls, client, comments: () => client.comments() };
}

const someKeys = () => {
  const calls = new WindowsKeyCallsFake();
  const blob = calls.has('tpm', 'sallyport-work', 'ecdsa-p256');
  const [one, two] = [
    calls.hasCertificate('aa'.repeat(20), 'Ada', 'rsa'),
    calls.hasCertificate('bb'.repeat(20), 'Bob', 'rsa'),
  ];
  return { calls, blob, one, two };
};

describe('Windows’ keys', () => {
  it.each(['rsa', 'ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521'] as const)(
    'of %s sign as SSH has it',
    async (kind) => {
      const calls = new WindowsKeyCallsFake();
      const blob = calls.has('software', 'sallyport-one', kind);
      const { client } = await withWindows(calls);
      // The agent lets no signature go that is not good; RSA with both hashes.
      for (const flags of kind === 'rsa' ? [2, 4] : [0])
        expect(await client.sign(blob, bytes('x'), flags)).toBeDefined();
    },
  );

  it('are offered when they were made here; those of certificates when the person says so', async () => {
    const { calls, one, two } = someKeys();
    const { kept, comments } = await withWindows(calls);
    expect(await comments()).toEqual(['work']);
    // Nobody looks at them before that.
    expect(calls.made.some((call) => call.startsWith('certificates'))).toBe(false);

    await kept.offer('certificates', true);
    await expect.poll(comments).toEqual(['work', 'Ada (certificate aaaaaaaa)', 'Bob (certificate bbbbbbbb)']);
    await kept.offer({ fingerprint: sha256Fingerprint(one) }, false);
    await expect.poll(comments).toEqual(['work', 'Bob (certificate bbbbbbbb)']);
    await kept.offer('certificates', false);
    await kept.offer({ fingerprint: sha256Fingerprint(two) }, true);
    await expect.poll(comments).toEqual(['work', 'Bob (certificate bbbbbbbb)']);

    const again = await withWindows(calls);
    await expect.poll(again.comments).toEqual(['work', 'Bob (certificate bbbbbbbb)']);
    expect(JSON.parse(readFileSync(path(), 'utf8'))).toEqual({
      version: 1,
      certificates: false,
      offered: [sha256Fingerprint(two)],
      hidden: [sha256Fingerprint(one)],
    });
  });

  it('are not used any more, by whoever remembers one, once they are not offered', async () => {
    const { calls, blob } = someKeys();
    const { client, kept } = await withWindows(calls);
    expect(await client.sign(blob, bytes('x'))).toBeDefined();
    await kept.offer({ fingerprint: sha256Fingerprint(blob) }, false);
    expect(await client.sign(blob, bytes('y'))).toBeUndefined();
    expect(calls.made.filter((call) => call.startsWith('sign'))).toEqual(['sign tpm']);
  });

  it('are of no use to a locked agent, and are asked about where the person wants that', async () => {
    const { calls, blob } = someKeys();
    const { client, agent, approver } = await withWindows(calls);
    agent.keys.setConfirm(agent.keys.list()[0]?.id ?? '', true);
    const signing = client.sign(blob, bytes('x'));
    await expect.poll(() => approver.confirms.length).toBe(1);
    expect(calls.made).not.toContain('sign tpm');
    approver.confirms[0]?.answer('deny');
    expect(await signing).toBeUndefined();
    await client.send(request(22).string(bytes('lock')));
    expect(await client.comments()).toEqual([]);
    expect(await client.sign(blob, bytes('z'))).toBeUndefined();
    expect(calls.made).not.toContain('sign tpm');
  });

  it('are made and deleted, and nothing of others’ is', async () => {
    const { kept, comments, calls } = await withWindows();
    const fingerprint = await kept.make({ home: 'tpm', name: 'new one', kind: 'ecdsa-p256' });
    expect(calls.own.tpm[0]?.name).toBe('sallyport-new one');
    await expect.poll(comments).toEqual(['new one']);
    expect((await kept.list()).keys).toMatchObject([{ fingerprint, isOwn: true, isOffered: true }]);
    await expect(kept.make({ home: 'tpm', name: '../x', kind: 'ecdsa-p256' })).rejects.toThrow('A name has');
    calls.hasCertificate('cc'.repeat(20), 'Eve', 'rsa');
    const { keys } = await kept.list();
    const other = keys.find(({ isOwn }) => !isOwn)?.fingerprint ?? '';
    expect(await kept.delete(other)).toBe(false);
    expect(await kept.delete(fingerprint)).toBe(true);
    await expect.poll(comments).toEqual([]);
  });

  it('of one place that fails keep what is known, say why, and leave the others alone', async () => {
    const { calls, blob } = someKeys();
    const { kept, comments, client } = await withWindows(calls);
    calls.troubles.set('software', 0x8010_001d).set('hello', 0x8009_0030);
    expect((await kept.list()).problems).toEqual([
      { home: 'software', reason: expect.stringContaining('service'), remedy: expect.any(String) },
    ]);
    expect(await comments()).toEqual(['work']);
    calls.troubles.set('tpm', 0x8010_001d);
    expect((await kept.list()).keys.map(({ comment }) => comment)).toContain('work');
    calls.troubles.delete('tpm');
    expect(await client.sign(blob, bytes('x'))).toBeDefined();
  });

  it('of a place that hangs hold up no list after the first, and no other key', async () => {
    const { calls, blob } = someKeys();
    calls.troubles.set('hello', 'hangs');
    const { kept, client, comments } = await withWindows(calls);
    expect((await kept.list()).problems).toMatchObject([{ home: 'hello', reason: 'It does not answer.' }]);
    const startMs = performance.now();
    expect(await comments()).toEqual(['work']);
    expect(await client.sign(blob, bytes('x'))).toBeDefined();
    expect(performance.now() - startMs).toBeLessThan(1_500);
    // One call waits for ever, however often the place was to be asked.
    expect(calls.made.filter((call) => call === 'ownKeys hello')).toHaveLength(1);
  });

  it('that are gone are listed no more once Windows has said so', async () => {
    const { calls, blob } = someKeys();
    const { client, comments, log } = await withWindows(calls);
    calls.own.tpm = [];
    calls.troubles.set('tpm', 0x8009_0016);
    expect(await client.sign(blob, bytes('x'))).toBeUndefined();
    expect(log.at(-1)).toContain('The key is not there any more.');
    calls.troubles.clear();
    await expect.poll(comments).toEqual([]);
  });

  it.each([
    ['{"version":1,"certificates":"yes"}', 'it is not what Sallyport writes'],
    ['{', 'the file ends too early'],
  ])(
    'have no certificates among them where what is kept is %s, and nothing is written over',
    async (kept, why) => {
      writeFileSync(path(), kept);
      const { calls } = someKeys();
      const windows = await withWindows(calls);
      expect(logged).toEqual([expect.stringContaining(why)]);
      expect(await windows.comments()).toEqual(['work']);
      await expect(windows.kept.offer('certificates', true)).rejects.toThrow('but is not kept');
      expect(readFileSync(path(), 'utf8')).toBe(kept);
      await settle();
    },
  );
});
