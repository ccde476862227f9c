// The layout of message 17 for certificates, read back by the agent's own reader.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeCertificateFields } from '../../../main/client/certificate-fields.ts';
import { inlineCryptoOffload } from '../../../main/crypto-worker/inline-crypto-offload.ts';
import { WireReader } from '../../../main/keys/encoding/wire.ts';
import { parseKeyFile } from '../../../main/keys/files/parse-key-file.ts';
import { parsePublicKeyLine } from '../../../main/keys/files/public-key-line.ts';
import { readAgentPrivateKey } from '../../../main/keys/kinds/agent-private-key.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/keys/${name}`, import.meta.url));

describe('certificate fields', () => {
  it.each(['rsa2048', 'dsa', 'p256', 'p384', 'p521', 'ed25519'])(
    'of %s are those that the agent reads',
    async (name) => {
      const file = parseKeyFile(fixture(`${name}.openssh`));
      if (file.kind !== 'clear') throw new Error('the fixture is encrypted');
      const { publicKey: certificate } = parsePublicKeyLine(
        fixture(`${name}-cert.pub`).toString('utf8').trim(),
      );
      const fields = await file.fields(inlineCryptoOffload);
      using plain = fields.encodeForAgent();
      const reader = new WireReader(encodeCertificateFields(certificate, plain.bytes));
      const read = readAgentPrivateKey(reader);
      reader.assertEnd();
      expect(Buffer.from(read.publicKey.blob).equals(certificate.blob)).toBe(true);
      await read.fields.assertConsistent(inlineCryptoOffload);
    },
  );
});
