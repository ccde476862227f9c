// Every entry of the contract refuses the wrong window, the wrong frame and the wrong input.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { activityRequests } from '../../../../ipc/contract/activity.ts';
import { type RequestName, requests } from '../../../../ipc/contract/contract.ts';
import { doorRequests } from '../../../../ipc/contract/doors.ts';
import { getStartedRequests } from '../../../../ipc/contract/get-started.ts';
import { helloRequests } from '../../../../ipc/contract/hello.ts';
import { keyFileRequests } from '../../../../ipc/contract/key-files.ts';
import { keyHostRequests } from '../../../../ipc/contract/key-hosts.ts';
import { keyRequests } from '../../../../ipc/contract/keys.ts';
import { requestNames } from '../../../../ipc/contract/names.ts';
import { policyRequests } from '../../../../ipc/contract/policy.ts';
import { programRequests } from '../../../../ipc/contract/program.ts';
import { promptRequests } from '../../../../ipc/contract/prompt.ts';
import type { WindowRole } from '../../../../ipc/contract/request.ts';
import { securityKeyRequests } from '../../../../ipc/contract/security-keys.ts';
import { setUpRequests } from '../../../../ipc/contract/set-up.ts';
import { storeRequests } from '../../../../ipc/contract/stores.ts';
import { tokenRequests } from '../../../../ipc/contract/tokens.ts';
import { useWithRequests } from '../../../../ipc/contract/use-with.ts';
import { windowsKeyRequests } from '../../../../ipc/contract/windows-keys.ts';
import { answerRequest, type RequestHandlers } from '../../../../main/shell/requests/answer-request.ts';
import type { SenderEvent } from '../../../../main/shell/requests/assert-sender.ts';
import { RequestFailure } from '../../../../main/shell/requests/request-failure.ts';

const id = 'a'.repeat(64);
const uuid = '7f1c1a52-5d0f-4bb4-8f77-1f1f2d3c4b5a';
const bytes = (length: number) => new Uint8Array(length).fill(7);

/** A good input for each entry, made anew since byte arrays are wiped. */
const goodInputs: { readonly [N in RequestName]: () => Record<string, unknown> } = {
  'state.get': () => ({}),
  'keys.add': () => ({
    source: { kind: 'file', name: 'k', bytes: bytes(9) },
    keepEncrypted: true,
    askLevel: 'always',
    lifetimeSeconds: 60,
    hosts: ['*.example.com'],
    onlyTo: ['web'],
  }),
  'keys.unlockAndAdd': () => ({ pendingId: uuid, passphrase: bytes(8), alsoTry: [uuid] }),
  'keys.forgetPending': () => ({ pendingId: uuid }),
  'keys.remove': () => ({ ids: [id] }),
  'keys.undoRemove': () => ({ undoId: '6ba7b810-9dad-41d1-80b4-00c04fd430c8' }),
  'keys.reencrypt': () => ({ ids: [id] }),
  'keys.reencryptAll': () => ({}),
  'keys.setLifetime': () => ({ id, seconds: 60 }),
  'keys.move': () => ({ id, toIndex: 0 }),
  'keys.details': () => ({ id }),
  'keys.copyPublicKey': () => ({ id, format: 'authorized-keys' }),
  'keyHosts.get': () => ({ id }),
  'keyHosts.add': () => ({ id, host: 'web' }),
  'keyHosts.remove': () => ({ id, host: 'web' }),
  'keyHosts.restrict': () => ({ id, hosts: ['web'] }),
  'hosts.known': () => ({ use: 'offer' }),
  'hosts.check': () => ({ use: 'restrict', host: 'web' }),
  'getStarted.get': () => ({}),
  'getStarted.find': () => ({}),
  'getStarted.addKeys': () => ({ files: [uuid], agents: [uuid], certificates: true }),
  'getStarted.undoKeys': () => ({}),
  'getStarted.setLevel': () => ({ level: 'always' }),
  'getStarted.undoLevel': () => ({}),
  'getStarted.setSignIn': () => ({ startAtLogin: true, restoreKeys: true }),
  'getStarted.undoSignIn': () => ({}),
  'getStarted.setStep': () => ({ step: 'ask', state: 'left-out' }),
  'getStarted.test': () => ({ step: 'keys' }),
  'keyFile.generate': () => ({
    type: { kind: 'rsa', bits: 3072 },
    comment: 'c',
    passphrase: bytes(8),
    pin: bytes(4),
    format: 'ppk',
    addToAgent: true,
  }),
  'keyFile.open': () => ({ source: { kind: 'held', id } }),
  'keyFile.save': () => ({
    openedId: uuid,
    oldPassphrase: bytes(8),
    newPassphrase: bytes(8),
    format: 'openssh',
    comment: 'c',
    target: 'choose',
  }),
  'keyFile.stopGenerating': () => ({}),
  'keyFile.close': () => ({ openedId: uuid }),
  'activity.list': () => ({ search: '', limit: 100, only: { answer: 'denied', lastMinutes: 60 } }),
  'activity.export': () => ({}),
  'approvals.list': () => ({}),
  'approvals.revoke': () => ({ id: 'x' }),
  'approvals.revokeAll': () => ({}),
  'missed.list': () => ({}),
  'missed.allowNextTime': () => ({ id: uuid }),
  'missed.dismiss': () => ({ id: uuid }),
  'policy.get': () => ({}),
  'policy.addRule': () => ({ rule: { action: 'deny', user: 'root', origin: 'any' }, before: 'git' }),
  'policy.changeRule': () => ({ id: 'git', rule: { action: 'deny', user: 'root', origin: 'any' } }),
  'policy.moveRule': () => ({ id: 'git', toIndex: 0 }),
  'policy.removeRule': () => ({ id: 'git' }),
  'policy.restoreRule': () => ({ id: 'git' }),
  'policy.setLevel': () => ({ id, level: 'always' }),
  'policy.setDefaultLevel': () => ({ level: 'forwarded' }),
  'offers.list': () => ({}),
  'doors.retry': () => ({ name: 'unix-socket' }),
  'stores.refresh': () => ({}),
  'stores.cancel': () => ({ id }),
  'upstreams.find': () => ({}),
  'upstreams.add': () => ({ address: '/run/agent.sock' }),
  'upstreams.remove': () => ({ address: '/run/agent.sock' }),
  'tokens.list': () => ({}),
  'tokens.choose': () => ({}),
  'tokens.add': () => ({ path: '/usr/lib/opensc-pkcs11.so' }),
  'tokens.remove': () => ({ path: '/usr/lib/opensc-pkcs11.so' }),
  'securityKeys.list': () => ({}),
  'securityKeys.choose': () => ({}),
  'securityKeys.add': () => ({ path: '/usr/lib/ssh-sk.so' }),
  'securityKeys.remove': () => ({ path: '/usr/lib/ssh-sk.so' }),
  'securityKeys.load': () => ({ pin: bytes(6) }),
  'securityKeys.stopLoading': () => ({}),
  'windowsKeys.list': () => ({}),
  'windowsKeys.make': () => ({ home: 'tpm', kind: 'ecdsa-p256', name: 'work' }),
  'windowsKeys.delete': () => ({ fingerprint: `SHA256:${'a'.repeat(43)}` }),
  'windowsKeys.offer': () => ({ which: 'certificates', isOffered: true }),
  'settings.set': () => ({ lockOnSuspend: true }),
  'agent.lock': () => ({}),
  'agent.unlock': () => ({}),
  'setUp.programs': () => ({}),
  'setUp.look': () => ({ program: 'ssh' }),
  'setUp.apply': () => ({ program: 'ssh', token: '0'.repeat(64) }),
  'setUp.undo': () => ({ id: '00000000-0000-4000-8000-000000000001' }),
  'setUp.test': () => ({ program: 'ssh' }),
  'snippets.get': () => ({ kind: 'git' }),
  'snippets.copy': () => ({ kind: 'git', step: 0 }),
  'snippets.test': () => ({ kind: 'git' }),
  'notices.dismiss': () => ({ id: uuid }),
  'app.quit': () => ({}),
  'hello.forget': () => ({ id }),
  'prompt.get': () => ({}),
  'prompt.answerPassphrase': () => ({
    id: uuid,
    attempt: 1,
    revision: 0,
    passphrase: bytes(8),
    keep: 'once',
  }),
  'prompt.useHello': () => ({ id: uuid, attempt: 1, revision: 0, keep: 'once' }),
  'prompt.answerConfirm': () => ({ id: uuid, revision: 0, answer: 'allow', remember: 'no' }),
  'prompt.answerUnlockAgent': () => ({ id: uuid, revision: 0, answer: 'unlock' }),
  'prompt.cancel': () => ({ id: uuid }),
  'prompt.cancelWaits': () => ({}),
};

/** What is too large, or out of its range, for entries that carry anything. */
const oversizeInputs: { readonly [N in RequestName]?: () => Record<string, unknown> } = {
  'keys.add': () => ({
    source: { kind: 'file', name: 'k', bytes: bytes(1024 * 1024 + 1) },
    keepEncrypted: true,
  }),
  'keyHosts.get': () => ({ id: `${id}a` }),
  'keyHosts.add': () => ({ id, host: 'x'.repeat(1025) }),
  'keyHosts.remove': () => ({ id, host: 'x'.repeat(1025) }),
  'keyHosts.restrict': () => ({ id, hosts: [] }),
  'hosts.known': () => ({ use: 'loosen' }),
  'hosts.check': () => ({ use: 'restrict', host: 'x'.repeat(1025) }),
  'getStarted.addKeys': () => ({ files: Array(300).fill(uuid), agents: [], certificates: false }),
  'getStarted.setLevel': () => ({ level: 'x'.repeat(100_000) }),
  'getStarted.setSignIn': () => ({ startAtLogin: 2, restoreKeys: true }),
  'getStarted.setStep': () => ({ step: 'fifth', state: 'done' }),
  'getStarted.test': () => ({ step: 'programs' }),
  'keys.unlockAndAdd': () => ({ pendingId: uuid, passphrase: bytes(4097), alsoTry: [] }),
  'keys.forgetPending': () => ({ pendingId: uuid.repeat(2) }),
  'keys.undoRemove': () => ({ undoId: 'the last' }),
  'keys.remove': () => ({ ids: Array.from({ length: 5121 }, () => id) }),
  'keys.reencrypt': () => ({ ids: Array.from({ length: 5121 }, () => id) }),
  'keys.setLifetime': () => ({ id, seconds: 2 ** 32 }),
  'keys.move': () => ({ id, toIndex: 5121 }),
  'keys.details': () => ({ id: `${id}a` }),
  'keys.copyPublicKey': () => ({ id: `${id}a`, format: 'rfc4716' }),
  'keyFile.generate': () => ({ ...goodInputs['keyFile.generate'](), comment: 'c'.repeat(1025) }),
  'keyFile.open': () => ({ source: { kind: 'file', name: 'k'.repeat(256), bytes: bytes(1) } }),
  'keyFile.save': () => ({ ...goodInputs['keyFile.save'](), newPassphrase: bytes(4097) }),
  'keyFile.close': () => ({ openedId: uuid.repeat(2) }),
  'activity.list': () => ({ search: 's'.repeat(201), limit: 100 }),
  'approvals.revoke': () => ({ id: 'x'.repeat(257) }),
  'missed.allowNextTime': () => ({ id: uuid.repeat(2) }),
  'missed.dismiss': () => ({ id: uuid.repeat(2) }),
  'policy.addRule': () => ({ rule: { action: 'deny', program: 'p'.repeat(8193) } }),
  'policy.changeRule': () => ({ id: 'git', rule: { action: 'deny', program: 'p'.repeat(8193) } }),
  'policy.moveRule': () => ({ id: 'git', toIndex: 1025 }),
  'policy.removeRule': () => ({ id: 'x'.repeat(257) }),
  'policy.restoreRule': () => ({ id: 'x'.repeat(257) }),
  'policy.setLevel': () => ({ id: `${id}a`, level: 'always' }),
  'policy.setDefaultLevel': () => ({ level: 'unreadable' }),
  'doors.retry': () => ({ name: 'x'.repeat(65) }),
  'stores.cancel': () => ({ id: `${id}a` }),
  'upstreams.add': () => ({ address: 'x'.repeat(4097) }),
  'upstreams.remove': () => ({ address: 'x'.repeat(4097) }),
  'tokens.add': () => ({ path: 'x'.repeat(4097) }),
  'tokens.remove': () => ({ path: 'x'.repeat(4097) }),
  'securityKeys.add': () => ({ path: 'x'.repeat(4097) }),
  'securityKeys.remove': () => ({ path: 'x'.repeat(4097) }),
  'securityKeys.load': () => ({ pin: bytes(4097) }),
  'windowsKeys.make': () => ({ home: 'tpm', kind: 'ecdsa-p256', name: '../work' }),
  'windowsKeys.delete': () => ({ fingerprint: 'SHA256:a' }),
  'windowsKeys.offer': () => ({ which: { fingerprint: 'MD5:aa' }, isOffered: true }),
  'settings.set': () => ({ idleLockMinutes: 1441 }),
  'setUp.apply': () => ({ program: '../ssh', token: '0'.repeat(64) }),
  'setUp.undo': () => ({ id: 'ssh' }),
  'setUp.test': () => ({ program: 'SSH' }),
  'setUp.look': () => ({ program: 'a'.repeat(65) }),
  'snippets.get': () => ({ kind: 'fish' }),
  'snippets.copy': () => ({ kind: 'git', step: 17 }),
  'snippets.test': () => ({ kind: 'fish' }),
  'notices.dismiss': () => ({ id: uuid.repeat(2) }),
  'hello.forget': () => ({ id: id.repeat(2) }),
  'prompt.answerPassphrase': () => ({
    id: uuid,
    attempt: 1,
    revision: 0,
    passphrase: bytes(4097),
    keep: 'once',
  }),
  'prompt.useHello': () => ({ id: uuid, attempt: 1, revision: 0, keep: 'for-ever' }),
  'prompt.answerConfirm': () => ({ id: uuid, revision: 0, answer: 'allow', remember: 'for-ever' }),
  'prompt.answerUnlockAgent': () => ({ id: uuid, revision: 0, answer: 'allow' }),
  'prompt.cancel': () => ({ id: uuid.repeat(2) }),
};

const keysId = 1;
const promptId = 2;
const roles = new Map<number, WindowRole>([
  [keysId, 'keys'],
  [promptId, 'prompt'],
]);
const webContentsOf = { keys: keysId, prompt: promptId } as const;

interface Sent {
  readonly webContentsId: number;
  readonly origin: string;
  readonly url?: string;
  readonly isSubFrame?: boolean;
}

function eventFrom({ webContentsId, origin, url = `${origin}/index.html`, isSubFrame }: Sent): SenderEvent {
  const mainFrame = { parent: null, origin, url };
  const senderFrame = isSubFrame ? { parent: mainFrame, origin, url } : mainFrame;
  return { sender: { id: webContentsId, mainFrame }, senderFrame } as unknown as SenderEvent;
}

const fromRole = (role: WindowRole) =>
  eventFrom({ webContentsId: webContentsOf[role], origin: `app://${role}` });
const roleOf = (name: RequestName): WindowRole => requests[name].role;
const otherRole = (role: WindowRole): WindowRole => (role === 'keys' ? 'prompt' : 'keys');

function serve(handler: () => unknown = () => 'done') {
  const asked: string[] = [];
  const lines: string[] = [];
  const handlers = Object.fromEntries(
    requestNames.map((name) => [
      name,
      () => {
        asked.push(name);
        return handler();
      },
    ]),
  ) as unknown as RequestHandlers;
  return { server: { roles, handlers, log: (line: string) => lines.push(line) }, asked, lines };
}

const features = [
  keyRequests,
  keyFileRequests,
  keyHostRequests,
  activityRequests,
  policyRequests,
  doorRequests,
  helloRequests,
  securityKeyRequests,
  setUpRequests,
  storeRequests,
  tokenRequests,
  useWithRequests,
  getStartedRequests,
  windowsKeyRequests,
  programRequests,
  promptRequests,
];

describe('the contract', () => {
  it('has no name in two of its files', () => {
    expect(features.flatMap((feature) => Object.keys(feature)).sort()).toEqual([...requestNames].sort());
  });

  it('offers nothing that no page asks for', () => {
    const folder = fileURLToPath(new URL('../../../../renderer/', import.meta.url));
    const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => readFileSync(folder + path, 'utf8'))
      .join();
    expect(requestNames.filter((name) => !pages.includes(`'${name}'`))).toEqual([]);
  });

  it('has an oversize case for each entry that carries anything', () => {
    const carrying = requestNames.filter((name) => Object.keys(goodInputs[name]()).length > 0);
    expect(Object.keys(oversizeInputs).sort()).toEqual([...carrying].sort());
  });
});

describe.each(requestNames)('%s', (name) => {
  it('is answered for its own window', async () => {
    const { server, asked } = serve();
    const outcome = await answerRequest(server, name, fromRole(roleOf(name)), goodInputs[name]());
    expect(outcome).toEqual({ ok: true, value: 'done' });
    expect(asked).toEqual([name]);
  });

  it('is refused to a window of the other role', async () => {
    const { server, asked } = serve();
    const outcome = await answerRequest(server, name, fromRole(otherRole(roleOf(name))), goodInputs[name]());
    expect(outcome).toMatchObject({ ok: false, code: 'refused' });
    expect(asked).toEqual([]);
  });

  it('is refused to a frame inside the page', async () => {
    const { server, asked } = serve();
    const role = roleOf(name);
    const event = eventFrom({
      webContentsId: webContentsOf[role],
      origin: `app://${role}`,
      isSubFrame: true,
    });
    expect(await answerRequest(server, name, event, goodInputs[name]())).toMatchObject({ code: 'refused' });
    expect(asked).toEqual([]);
  });

  it('is invalid with an extra field', async () => {
    const { server, asked } = serve();
    const input = { ...goodInputs[name](), extra: 1 };
    expect(await answerRequest(server, name, fromRole(roleOf(name)), input)).toMatchObject({
      code: 'invalid',
    });
    expect(asked).toEqual([]);
  });

  it.each([[undefined], [null], [[]], ['text'], [1]])('is invalid with %j for an input', async (input) => {
    const { server, asked } = serve();
    expect(await answerRequest(server, name, fromRole(roleOf(name)), input)).toMatchObject({
      code: 'invalid',
    });
    expect(asked).toEqual([]);
  });
});

it.each(Object.entries(oversizeInputs) as [RequestName, () => unknown][])(
  '%s is invalid when it carries too much',
  async (name, input) => {
    const { server, asked } = serve();
    expect(await answerRequest(server, name, fromRole(roleOf(name)), input())).toMatchObject({
      code: 'invalid',
    });
    expect(asked).toEqual([]);
  },
);

it.each([
  ['a condition that is not known', { action: 'deny', port: '22' }],
  ['an id of its own', { action: 'deny', id: 'mine' }],
  ['an unreadable action', { action: 'unreadable' }],
  ['no action', { user: 'root' }],
  ['an unknown origin', { action: 'allow', origin: 'moon' }],
])('a rule with %s is invalid', async (_what, rule) => {
  const { server, asked } = serve();
  expect(await answerRequest(server, 'policy.addRule', fromRole('keys'), { rule })).toMatchObject({
    code: 'invalid',
  });
  expect(asked).toEqual([]);
});

describe('the sender', () => {
  const refused: [string, SenderEvent][] = [
    ['a window that is none of ours', eventFrom({ webContentsId: 9, origin: 'app://keys' })],
    ['a page of another origin', eventFrom({ webContentsId: keysId, origin: 'https://keys' })],
    ['the page of the other role', eventFrom({ webContentsId: keysId, origin: 'app://prompt' })],
    ['an origin that only begins alike', eventFrom({ webContentsId: keysId, origin: 'app://keys.example' })],
    ['a blank page', eventFrom({ webContentsId: keysId, origin: 'null', url: 'about:blank' })],
    ['an address without a page', eventFrom({ webContentsId: keysId, origin: 'app://keys', url: '' })],
    [
      'a frame that is gone',
      { ...eventFrom({ webContentsId: keysId, origin: 'app://keys' }), senderFrame: null },
    ],
  ];
  it.each(refused)('is refused when it is %s', async (_what, event) => {
    const { server, asked, lines } = serve();
    expect(await answerRequest(server, 'state.get', event, {})).toMatchObject({ code: 'refused' });
    expect(asked).toEqual([]);
    expect(lines).toHaveLength(1);
  });
});

describe('the answer', () => {
  it('carries a failure that is meant for the person', async () => {
    const { server } = serve(() => {
      throw new RequestFailure('There is no such key any more.');
    });
    const outcome = await answerRequest(server, 'state.get', fromRole('keys'), {});
    expect(outcome).toEqual({ ok: false, code: 'failed', message: 'There is no such key any more.' });
  });

  it('tells nothing of an error that is not', async () => {
    const { server, lines } = serve(() => Promise.reject(new Error('internal detail')));
    const outcome = await answerRequest(server, 'state.get', fromRole('keys'), {});
    expect(outcome).toMatchObject({ ok: false, code: 'failed' });
    expect(JSON.stringify(outcome)).not.toContain('internal detail');
    expect(lines.join()).toContain('internal detail');
  });

  it.each([
    ['answered', fromRole('prompt')],
    ['refused', fromRole('keys')],
  ])('leaves no passphrase behind when it was %s', async (_how, event) => {
    const { server } = serve();
    const input = goodInputs['prompt.answerPassphrase']();
    await answerRequest(server, 'prompt.answerPassphrase', event, input);
    expect(input['passphrase']).toEqual(new Uint8Array(8));
  });
});
