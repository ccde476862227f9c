import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { pageantPipeName } from '../../../../ipc/transports/pipes/pageant-pipe-name.ts';

describe("the name of Pageant's pipe", () => {
  test('is the one that PuTTY computes where memory is not encrypted', () => {
    expect(pageantPipeName('jo.doe', () => {})).toBe(
      '\\\\.\\pipe\\pageant.jo.doe.2e9e7389b30cd8240bf15518e9a228d6537dc38d64b2070a189ca2fe5452d492',
    );
  });

  test('is the hash of what the system has made of the sixteen bytes', () => {
    let seen = '';
    const name = pageantPipeName('jo', (bytes) => {
      seen = Buffer.from(bytes).toString('latin1');
      bytes.fill(0xab);
    });
    expect(seen).toBe('Pageant\0\0\0\0\0\0\0\0\0');
    const hash = createHash('sha256')
      .update(Buffer.from(`00000010${'ab'.repeat(16)}`, 'hex'))
      .digest('hex');
    expect(name).toBe(`\\\\.\\pipe\\pageant.jo.${hash}`);
  });
});
