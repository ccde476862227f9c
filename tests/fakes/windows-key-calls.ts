// Windows' key storage without Windows: keys of node:crypto, which answer, hang or fail as the test says.
import { type KeyObject, sign } from 'node:crypto';
import { StorageError } from '../../ipc/win32/key-storage/storage-error.ts';
import type {
  CertificateFacts,
  KeyCallName,
  KeyCalls,
  KeyHome,
  OwnKeyFacts,
} from '../../main/key-stores/windows/calls/key-call.ts';
import type { KeyCallPort } from '../../main/key-stores/windows/calls/key-call-threads.ts';
import type { UnlockKeyCalls } from '../../main/key-stores/windows/calls/unlock-key-calls.ts';
import { ecdsaKey, rsaKey } from './test-key.ts';

/** Keys that open passphrases are none for SSH. */
type AnsweredName = Exclude<KeyCallName, keyof UnlockKeyCalls>;
type Kind = 'rsa' | 'ecdsa-p256' | 'ecdsa-p384' | 'ecdsa-p521';

const newKey = (kind: Kind) =>
  kind === 'rsa'
    ? rsaKey()
    : ecdsaKey(({ 'ecdsa-p256': 'P-256', 'ecdsa-p384': 'P-384', 'ecdsa-p521': 'P-521' } as const)[kind]);

export class WindowsKeyCallsFake implements KeyCallPort {
  readonly own: Record<KeyHome, OwnKeyFacts[]> = { software: [], tpm: [], hello: [], 'smart-card': [] };
  certificates: CertificateFacts[] = [];
  /** All that were made, by name and place. */
  readonly made: string[] = [];
  /** What a place does instead of its work: a status of Windows', or never an answer. */
  readonly troubles = new Map<string, number | 'hangs'>();
  readonly #keys = new Map<string, KeyObject>();

  /** A key as if it had been made before. */
  has(home: KeyHome, name: string, kind: Kind, isAskedFor = false): Uint8Array {
    const { blob, keyObject } = newKey(kind);
    this.#keys.set(name, keyObject);
    this.own[home].push({ name, blob, isAskedFor });
    return blob;
  }

  hasCertificate(thumbprint: string, title: string, kind: Kind): Uint8Array {
    const { blob, keyObject } = newKey(kind);
    this.#keys.set(thumbprint, keyObject);
    this.certificates.push({ thumbprint, title, provider: 'A card', isAskedFor: true, blob });
    return blob;
  }

  async call<Name extends KeyCallName>(place: string, name: Name, takes: KeyCalls[Name]['takes']) {
    this.made.push(`${name} ${place}`);
    const trouble = this.troubles.get(place);
    if (trouble === 'hangs') return await new Promise<never>(() => {});
    if (trouble !== undefined) throw new StorageError('NCryptCall', trouble);
    const answer = this.#answers[name as AnsweredName] as (takes: KeyCalls[Name]['takes']) => unknown;
    return answer(takes) as KeyCalls[Name]['gives'];
  }

  async close(): Promise<void> {}

  readonly #answers: { [Name in AnsweredName]: (takes: KeyCalls[Name]['takes']) => KeyCalls[Name]['gives'] } =
    {
      algorithms: ({ home }) => (home === 'tpm' ? ['ecdsa-p256'] : []),
      ownKeys: ({ home, known }) =>
        this.own[home].map((facts) => (known.includes(facts.name) ? facts.name : facts)),
      certificates: ({ known }) =>
        this.certificates.map((facts) => (known.includes(facts.thumbprint) ? facts.thumbprint : facts)),
      sign: ({ place, kind, hash, data }) => {
        const privateKey = this.#keys.get('name' in place ? place.name : place.thumbprint);
        if (privateKey === undefined) throw new StorageError('NCryptOpenKey', 0x8009_0016);
        const dsaEncoding = kind === 'rsa' ? undefined : ('ieee-p1363' as const);
        return sign(hash, data, { key: privateKey, ...(dsaEncoding && { dsaEncoding }) });
      },
      create: ({ home, name, algorithm }) => {
        this.has(home, name, algorithm.startsWith('rsa') ? 'rsa' : (algorithm as Kind));
        return this.own[home].at(-1) as OwnKeyFacts;
      },
      delete: ({ home, name }) => {
        this.own[home] = this.own[home].filter((facts) => facts.name !== name);
        return true;
      },
    };
}
