// An encrypted file that anybody can write who knows a public key: its private half is garbage, which opening shows.
import { WireReader, WireWriter } from '../../main/keys/encoding/wire.ts';
import type { TestClient } from './test-agent.ts';

export interface PlantedParts {
  readonly memoryKiB?: number;
  readonly passes?: number;
  /** Another number, another file. */
  readonly salt?: number;
}

/** A PPK for the plain public key or certificate `blob`. */
export function plantedPpk(blob: Uint8Array, parts: PlantedParts = {}): string {
  const { memoryKiB = 8, passes = 1, salt = 0 } = parts;
  const lines = Buffer.from(blob)
    .toString('base64')
    .match(/.{1,64}/g) as string[];
  return `PuTTY-User-Key-File-3: ${new WireReader(blob).readText()}
Encryption: aes256-cbc
Comment: planted
Public-Lines: ${lines.length}
${lines.join('\n')}
Key-Derivation: Argon2id
Argon2-Memory: ${memoryKiB}
Argon2-Passes: ${passes}
Argon2-Parallelism: 1
Argon2-Salt: ${salt.toString(16).padStart(32, '0')}
Private-Lines: 1
AAAAAAAAAAAAAAAAAAAAAA==
Private-MAC: ${'00'.repeat(32)}
`;
}

export interface FileParts {
  /** Lists this instead of the file's own public key. */
  readonly blob?: Uint8Array;
  /** Left out: the file's own. */
  readonly comment?: string;
  readonly constraints?: Uint8Array;
}

/** Adds a key file of any format as `sallyport add` does; answers the status. */
export async function addFile(client: TestClient, file: string, parts: FileParts = {}): Promise<number> {
  const contents = new WireWriter()
    .text(file)
    .string(parts.blob ?? new Uint8Array(0))
    .text(parts.comment ?? '')
    .bytes(parts.constraints ?? new Uint8Array(0));
  return (await client.extension('add-key-file@sallyport', contents.finish()))[0] ?? -1;
}
