// What "Get started" finds, as the main process tells it.
import type { FoundKeysView, GetStartedView } from '../../../ipc/contract/get-started.ts';
import type { Answers } from './fake-main.ts';
import { details, fewKeys, key } from './sample-keys.ts';
import { programAnswers } from './sample-programs.ts';
import { snippet } from './sample-snippet.ts';

export const nothingDone: GetStartedView = {
  steps: { keys: 'to-do', ask: 'to-do', programs: 'to-do', 'sign-in': 'to-do' },
  addedKeys: [],
  addedAgents: [],
  addedCertificates: false,
};

export const allDone: GetStartedView = {
  steps: { keys: 'done', ask: 'left-out', programs: 'done', 'sign-in': 'done' },
  addedKeys: ['a'.repeat(64), 'b'.repeat(64)],
  addedAgents: ['/other.sock'],
  addedCertificates: true,
  levelBefore: 'forwarded',
  signInBefore: { startAtLogin: false, restoreKeys: true },
};

export const foundNothing: FoundKeysView = { files: [], agents: [], notes: [] };

const id = (number: number) => `7f1c1a52-5d0f-4bb4-8f77-1f1f2d3c4b${String(number).padStart(2, '0')}`;
const facts = {
  comment: 'alice@laptop 2026',
  isEncrypted: true,
  keyKind: 'Ed25519',
  fingerprint: 'SHA256:Yk1n9cQm3a0sWg0o9xT5d1l2f3G4h5J6k7L8m9N0pQr',
  hasCertificate: false,
  warnings: [],
};
const home = 'C:\\Users\\alice';

export const foundEverything: FoundKeysView = {
  files: [
    {
      id: id(1),
      path: `${home}\\.ssh\\id_ed25519`,
      origins: [{ source: 'ssh-folder' }, { source: 'putty', name: 'web 1' }],
      facts: { ...facts, hasCertificate: true },
    },
    {
      id: id(2),
      path: `${home}\\Documents\\Keys of the company and of its branches\\production\\deploy-${'x'.repeat(60)}.ppk`,
      origins: [
        { source: 'winscp', name: 'Work/Web/web 01' },
        { source: 'filezilla', name: 'Deploy\u202etarget' },
        { source: 'pageant', name: 'Pageant' },
      ],
      facts: {
        ...facts,
        comment: 'rsa-key-20190401',
        keyKind: 'RSA 4096',
        fingerprint: 'SHA256:other',
        warnings: ['It is used with the certificate “C:\\keys\\old.pub”, which Sallyport does not take.'],
      },
    },
    {
      id: id(3),
      path: `${home}\\.ssh\\id_here`,
      origins: [{ source: 'ssh-folder' }],
      facts: { ...facts, fingerprint: fewKeys[0]?.fingerprint ?? '' },
    },
    {
      id: id(4),
      path: `${home}\\.ssh\\id_clear`,
      origins: [{ source: 'ssh-folder' }],
      facts: { ...facts, comment: '', isEncrypted: false, fingerprint: 'SHA256:clear' },
    },
    {
      id: id(5),
      path: `${home}\\.ssh\\hiding.pem`,
      origins: [{ source: 'ssh-folder' }],
      facts: { comment: 'hiding.pem', isEncrypted: true, hasCertificate: false, warnings: [] },
    },
    {
      id: id(6),
      path: '\\\\server\\share\\key.ppk',
      origins: [{ source: 'putty', name: 'elsewhere' }],
      problem: 'is on another machine, which is not asked',
    },
  ],
  agents: [{ id: id(7), title: 'Pageant', address: '\\\\.\\pipe\\pageant.alice.0123456789abcdef' }],
  certificates: { count: 3, areOffered: false },
  notes: ['KeeAgent is set up in KeePass. Which keys it has is inside the encrypted database.'],
};

export const startAnswers: Answers = {
  'keys.details': ({ id: keyId }) => details(fewKeys.find((view) => view.id === keyId) ?? key(9)),
  'getStarted.get': () => nothingDone,
  'getStarted.find': () => foundEverything,
  'getStarted.addKeys': () => ({ files: [], problems: [] }),
  'getStarted.undoKeys': () => null,
  'getStarted.setLevel': () => null,
  'getStarted.undoLevel': () => null,
  'getStarted.setSignIn': () => null,
  'getStarted.undoSignIn': () => null,
  'getStarted.setStep': () => null,
  'getStarted.test': () => ({ isWorking: true, message: 'Sallyport’s own door answers and offers 3 keys.' }),
  'snippets.get': () => snippet,
  ...programAnswers(),
  'setUp.test': () => ({ isWorking: false, message: 'No door for these programs is open.' }),
};
