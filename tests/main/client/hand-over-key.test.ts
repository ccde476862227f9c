// A key and its certificate given to an agent: to one that looks at no dates with a lifetime that ends with the certificate.
import { describe, expect, it } from 'vitest';
import type { AddConstraints } from '../../../main/client/agent-requests.ts';
import { handOverClear } from '../../../main/client/hand-over-key.ts';
import { WireReader } from '../../../main/keys/encoding/wire.ts';
import { readAgentPrivateKey } from '../../../main/keys/kinds/agent-private-key.ts';
import { parsePublicKey } from '../../../main/keys/kinds/parse-public-key.ts';
import { madeUpCertificate } from '../../fakes/test-certificate.ts';
import { ed25519Key } from '../../fakes/test-key.ts';

const hour = 3600;

/** The constraints of key and certificate, as the agent gets them. */
async function handedOver(
  end: bigint | undefined,
  constraints: AddConstraints,
  isOurs = false,
): Promise<(number | undefined)[]> {
  const key = ed25519Key();
  const { fields, publicKey } = readAgentPrivateKey(new WireReader(key.privateFields));
  const certificate = parsePublicKey(
    madeUpCertificate(key.blob, end === undefined ? {} : { validBefore: end }),
  );
  const lifetimes: (number | undefined)[] = [];
  const client = {
    isSallyport: () => Promise.resolve(isOurs),
    add: (_fields: Uint8Array, _comment: unknown, { lifetimeSeconds }: AddConstraints) => {
      lifetimes.push(lifetimeSeconds);
      return Promise.resolve();
    },
  };
  await handOverClear(client, { publicKey, certificate, comment: 'c', constraints }, fields);
  fields.wipe();
  return lifetimes;
}

const inSeconds = (seconds: number) => BigInt(Math.floor(Date.now() / 1000) + seconds);
const about = (seconds: number) => ({
  asymmetricMatch: (value: unknown) => typeof value === 'number' && Math.abs(value - seconds) < 30,
});

describe('a certificate that is handed over to another agent', () => {
  it('has a lifetime that ends five minutes after it, and its key has none', async () => {
    expect(await handedOver(inSeconds(hour), {})).toEqual([undefined, about(hour + 300)]);
  });

  it('has the lifetime that was asked for, where that ends before it', async () => {
    expect(await handedOver(inSeconds(hour), { lifetimeSeconds: 60 })).toEqual([60, 60]);
    expect(await handedOver(inSeconds(hour), { lifetimeSeconds: 9 * hour })).toEqual([
      9 * hour,
      about(hour + 300),
    ]);
  });

  it('has none where it never ends, and one that the message can carry where it ends late', async () => {
    expect(await handedOver(undefined, {})).toEqual([undefined, undefined]);
    expect(await handedOver(inSeconds(2 ** 33), {})).toEqual([undefined, 2 ** 32 - 1]);
  });

  it('that is ours has none: it looks at the dates itself', async () => {
    expect(await handedOver(inSeconds(hour), {}, true)).toEqual([undefined, undefined]);
  });
});
