// The private layouts that are written, read back by the agent's own readers.
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload } from '../../../../../main/crypto-worker/inline-crypto-offload.ts';
import { WireReader } from '../../../../../main/keys/encoding/wire.ts';
import { readAgentPrivateKey } from '../../../../../main/keys/kinds/agent-private-key.ts';
import { openFixture, publicLine } from '../../fixtures.ts';

describe('private fields with a certificate', () => {
  it.each(['rsa2048', 'dsa', 'p256', 'p384', 'p521', 'ed25519'])(
    'of %s are those that the agent reads',
    async (name) => {
      const { publicKey: certificate } = publicLine(`${name}-cert`);
      const { fields } = await openFixture(`${name}.openssh`);
      using encoded = fields.encodeForAgent(certificate);
      const reader = new WireReader(encoded.bytes);
      const read = readAgentPrivateKey(reader);
      reader.assertEnd();
      expect(Buffer.from(read.publicKey.blob).equals(certificate.blob)).toBe(true);
      await read.fields.assertConsistent(inlineCryptoOffload);
    },
  );
});
