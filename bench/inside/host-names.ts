// Names for host keys with a known_hosts of 10,000 entries, half of them hashed.
import { createHmac, randomBytes } from 'node:crypto';
import { WireWriter } from '../../main/keys/encoding/wire.ts';
import { parsePublicKey } from '../../main/keys/kinds/parse-public-key.ts';
import { HostKeyIndex } from '../../main/stored/hosts/host-key-index.ts';
import { parseKnownHostsLine } from '../../main/stored/hosts/known-hosts.ts';
import { type Measurement, measure } from './measure.ts';

const count = 10_000;

function line(n: number): string {
  const blob = new WireWriter().text('ssh-ed25519').string(randomBytes(32)).finish();
  const name = `host-${n}.example`;
  const salt = randomBytes(20);
  const hashed = `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
  return `${n % 2 === 0 ? name : hashed} ssh-ed25519 ${Buffer.from(blob).toString('base64')}`;
}

export async function benchHostNames(): Promise<Measurement[]> {
  const lines = Array.from({ length: count }, (_, n) => line(n));
  const read = () => {
    const known = new HostKeyIndex();
    for (const entry of lines.flatMap((each) => parseKnownHostsLine(each) ?? [])) known.take(entry);
    return known;
  };
  const index = read();
  const keys = lines.slice(0, 100).map((each) => {
    const [, , base64 = ''] = each.split(' ');
    return parsePublicKey(Buffer.from(base64, 'base64'));
  });
  return [
    await measure('reading known_hosts with 10,000 entries', 10, read),
    await measure('name of a host key among 10,000 entries', 500, (call) => {
      const key = keys[call % keys.length];
      if (!key || !index.nameOf(key)) throw new Error('a host is missing');
    }),
  ];
}
