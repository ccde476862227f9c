// States of the key window.

import type { DoorView } from '../../../ipc/contract/doors.ts';
import type { KeyDetails, KeyView } from '../../../ipc/contract/keys.ts';
import type { PolicyView } from '../../../ipc/contract/policy.ts';
import type { KeysState } from '../../../ipc/contract/program.ts';
import type { Settings } from '../../../ipc/contract/settings.ts';
import type { StoreView } from '../../../ipc/contract/stores.ts';

const id = (number: number) => number.toString(16).padStart(64, '0');

export function key(number: number, change: Partial<KeyView> = {}): KeyView {
  return {
    id: id(number),
    algorithm: 'ssh-ed25519',
    kind: 'Ed25519',
    bits: 256,
    comment: `key number ${number}`,
    fingerprint: `SHA256:uTz6H1eHwPzq1B2o3Jx9Y1KxkR1i0nE4m1w3pWc${String(number).padStart(4, '0')}`,
    md5Fingerprint: 'MD5:9d:2c:4b:0f:5e:7a:11:90:c3:aa:3b:6e:d2:54:8f:01',
    state: 'encrypted',
    confirm: false,
    confirmIsConstraint: false,
    restricted: false,
    isCertificate: false,
    isRestorable: true,
    ...change,
  };
}

export const settings: Settings = {
  startAtLogin: true,
  restoreKeys: true,
  lockOnSessionLock: true,
  lockOnSuspend: true,
  idleLockMinutes: 0,
  confirmTimeLimitSeconds: 60,
  passphraseTimeLimitSeconds: 120,
  keepUnlocked: 'until-locked',
  contentProtection: true,
  allowSha1: false,
  notifyOnUse: 'first-time',
  maxOfferedKeys: 0,
  closedDoors: ['cygwin-socket'],
};

export const noRules: PolicyView = { defaultLevel: 'never', levels: {}, rules: [] };

export const doors: readonly DoorView[] = [
  {
    name: 'pageant-pipe',
    title: 'Pageant’s pipe',
    status: 'listening',
    address: '\\\\.\\pipe\\pageant.alice.3f1c9d0b7e5a4c2f8d6e1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d',
  },
  {
    name: 'openssh-pipe',
    title: 'OpenSSH’s pipe',
    status: 'degraded',
    reason: 'Another program holds the name \\\\.\\pipe\\openssh-ssh-agent.',
    remedy:
      'Stop the Windows service “OpenSSH Authentication Agent” and set it to “Disabled”. Sallyport tries again by itself.',
    heldBy: { pid: 3120, executable: 'C:\\Windows\\System32\\OpenSSH\\ssh-agent.exe' },
  },
  { name: 'copydata', title: 'Pageant’s window message', status: 'listening', address: 'window “Pageant”' },
  { name: 'cygwin-socket', title: 'Cygwin’s socket', status: 'stopped' },
];

/** Other agents: one with keys, one that is gone, one that was just added. */
export const stores: readonly StoreView[] = [
  {
    id: 'upstream:\\\\.\\pipe\\openssh-ssh-agent',
    kind: 'upstream',
    address: '\\\\.\\pipe\\openssh-ssh-agent',
    title: 'OpenSSH’s agent',
    state: { status: 'ready', leftOut: 2 },
    keyCount: 1,
    pending: [
      {
        id: id(1),
        key: { comment: 'alice@agent', fingerprint: 'SHA256:x', algorithm: 'ssh-ed25519' },
        waitsFor: 'other-agent',
      },
    ],
  },
  {
    id: 'upstream:C:\\agents\\old.sock',
    kind: 'upstream',
    address: 'C:\\agents\\old.sock',
    title: 'C:\\agents\\old.sock',
    state: {
      status: 'unreachable',
      reason: 'Nobody listens at its address any more.',
      remedy: 'Start it, or remove it here.',
    },
    keyCount: 3,
    pending: [],
  },
  {
    id: 'upstream:invoice\u202egpj.sock',
    kind: 'upstream',
    address: 'invoice\u202egpj.sock',
    title: 'invoice\u202egpj.sock',
    state: { status: 'starting' },
    keyCount: 0,
    pending: [],
  },
];

/** A smart card, whose library says so, that waits for a touch. */
export const token: StoreView = {
  id: 'pkcs11:PIV card',
  kind: 'pkcs11',
  address: 'C:\\Program Files\\OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll',
  title: 'PIV card\u202e of Alice',
  state: { status: 'ready', leftOut: 0 },
  keyCount: 2,
  pending: [
    {
      id: id(2),
      key: { comment: 'alice@card', fingerprint: 'SHA256:y', algorithm: 'ecdsa-sha2-nistp256' },
      waitsFor: 'touch',
    },
  ],
};

/** Keys of them. */
export const elsewhereKeys: readonly KeyView[] = [
  key(7, {
    comment: 'alice@agent',
    state: 'elsewhere',
    isRestorable: false,
    home: { kind: 'upstream', title: 'OpenSSH’s agent', isReachable: true, need: 'nothing' },
  }),
  key(8, {
    comment: 'gone with its agent',
    state: 'elsewhere',
    isRestorable: false,
    home: { kind: 'upstream', title: 'C:\\agents\\old.sock', isReachable: false, need: 'nothing' },
  }),
];

export const fewKeys: readonly KeyView[] = [
  key(1, { comment: 'alice@laptop 2026', state: 'unlocked' }),
  key(2, {
    comment: 'deploy key for build.example.com',
    confirm: true,
    kind: 'RSA 4096',
    algorithm: 'ssh-rsa',
    bits: 4096,
  }),
  key(3, {
    comment: 'git signing',
    state: 'clear',
    secondsLeft: 5400,
    isRestorable: false,
    restricted: true,
  }),
  key(4, {
    comment: 'alice@laptop 2026',
    algorithm: 'ssh-ed25519-cert-v01@openssh.com',
    kind: 'Ed25519 certificate',
    isCertificate: true,
    validity: { state: 'expired' },
    state: 'unlocked',
  }),
  key(5, { comment: '', kind: 'ECDSA P-256', algorithm: 'ecdsa-sha2-nistp256' }),
];

export const hostileKeys: readonly KeyView[] = [
  key(1, { comment: 'x'.repeat(200) }),
  key(2, { comment: 'word '.repeat(40), confirm: true, secondsLeft: 59, state: 'unlocked' }),
  key(3, { comment: 'مفتاح الخادم الرئيسي (2026)' }),
  key(4, { comment: '👩‍💻🔑🚀 key of the emoji 🇬🇧' }),
  key(5, { comment: 'invoice\u202egpj.exe\u0007\u200b', state: 'clear', isRestorable: false }),
  key(6, { comment: `z${'\u0335\u0322\u0353'.repeat(20)}algo`, confirm: true, confirmIsConstraint: true }),
];

export function keysState(keys: readonly KeyView[], change: Partial<KeysState> = {}): KeysState {
  return {
    version: { version: '0.1.0', madeOn: '2026-10-02' },
    logPath: 'C:\\Users\\Alice Liddell\\AppData\\Roaming\\Sallyport\\log.txt',
    platform: 'win32',
    locale: 'en-GB',
    keys,
    doors,
    stores: [],
    settings,
    policy: noRules,
    lock: { isPaused: false, isLockedByClient: false },
    prompts: [],
    notices: [],
    ...change,
  };
}

export function details(view: KeyView): KeyDetails {
  return {
    ...view,
    publicKeyLine: `${view.algorithm} AAAAC3NzaC1lZDI1NTE5AAAAIJ4vVXyb6vTBB4ym1nHqVgQ1H3O6zP8w0sTn4vJb1yQe ${view.comment}`,
    ...(view.restricted && {
      destinations: {
        steps: [{ to: 'bastion.example.com' }, { from: 'bastion.example.com', to: 'db', user: 'ro*\u202et' }],
        more: 6,
      },
    }),
    ...(view.isCertificate && {
      certificate: {
        type: 'user',
        serial: '4711',
        keyId: 'alice (laptop), issued by the example CA',
        principals: ['alice', 'deploy'],
        validAfter: '2026-11-01T08:00:00Z',
        validBefore: '2026-11-02T08:00:00Z',
        criticalOptions: ['source-address=192.0.2.0/24'],
        extensions: ['permit-pty', 'permit-agent-forwarding'],
        signedBy: 'SHA256:Yk1n9cQm3a0sWg0o9xT5d1l2f3G4h5J6k7L8m9N0pQr',
      },
    }),
  };
}
