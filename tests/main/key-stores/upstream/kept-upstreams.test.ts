// Which other agents are asked for keys: chosen by the person, kept, never this agent itself.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptUpstreams } from '../../../../main/key-stores/upstream/kept-upstreams.ts';
import { createUpstreamsFile } from '../../../../main/stored/upstreams-file.ts';
import { testAgent } from '../../../fakes/test-agent.ts';
import { failureReply, listOf, UpstreamServer } from '../../../fakes/upstream-server.ts';

let dir: string;
let logged: string[];
const at = (name: string) => join(dir, name);
beforeEach(() => {
  logged = [];
  dir = mkdtempSync(join(tmpdir(), 'sallyport-upstreams-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function upstreams(own: readonly string[] = []) {
  const { agent } = testAgent();
  const log = (line: string) => void logged.push(line);
  const kept = new KeptUpstreams({
    stores: agent.stores,
    file: createUpstreamsFile(at('other-agents.json'), log),
    agentId: () => new Uint8Array(16),
    ownAddresses: () => own,
    log,
  });
  return { kept, addresses: () => agent.stores.list().map(({ address }) => address) };
}

const stored = () => JSON.parse(readFileSync(at('other-agents.json'), 'utf8')).upstreams;

describe('other agents', () => {
  it('are there at once and at the next start, also those that do not run now', async () => {
    const { kept, addresses } = upstreams();
    await kept.add(at('one.sock'));
    await kept.add(at('two.sock'));
    await kept.add(at('one.sock'));
    expect(addresses()).toEqual([at('one.sock'), at('two.sock')]);
    const again = upstreams();
    await again.kept.open([at('given.sock'), at('one.sock')]);
    expect(again.addresses()).toEqual([at('one.sock'), at('two.sock'), at('given.sock')]);
    // One that was given for this run is not kept.
    expect(stored()).toEqual([at('one.sock'), at('two.sock')]);
  });

  it('are gone at once and at the next start when they are removed', async () => {
    const { kept, addresses } = upstreams();
    await kept.add(at('one.sock'));
    expect(await kept.remove(at('one.sock'))).toBe(true);
    expect(addresses()).toEqual([]);
    expect(stored()).toEqual([]);
    expect(await kept.remove(at('one.sock'))).toBe(false);
  });

  it('have what another agent of the person has written there meanwhile', async () => {
    const { kept } = upstreams();
    await kept.add(at('one.sock'));
    await upstreams().kept.add(at('two.sock'));
    await kept.add(at('three.sock'));
    expect(stored()).toEqual([at('one.sock'), at('two.sock'), at('three.sock')]);
  });

  it('are never a door of this agent, nor a link to one, nor what this process listens at', async () => {
    const server = await UpstreamServer.start(at('own.sock'), (body) =>
      body[0] === 27 ? failureReply : listOf(),
    );
    symlinkSync(at('own.sock'), at('link.sock'));
    const { kept, addresses } = upstreams([at('own.sock')]);
    for (const address of ['own.sock', 'link.sock'])
      await expect(kept.add(at(address))).rejects.toThrow('It is this agent itself.');
    await expect(upstreams().kept.add(at('own.sock'))).rejects.toThrow('It is this agent itself.');
    // Known by the address alone.
    writeFileSync(at('door'), '');
    symlinkSync(at('door'), at('link'));
    await expect(upstreams([at('door')]).kept.add(at('link'))).rejects.toThrow('It is this agent itself.');
    expect(server.connections.flat()).toEqual([]);
    expect(addresses()).toEqual([]);
    await server.close();
  });

  it('are 16 at the most', async () => {
    const { kept } = upstreams();
    for (let n = 0; n < 16; n++) await kept.add(at(`${n}.sock`));
    await expect(kept.add(at('more.sock'))).rejects.toThrow('There are too many');
    expect(stored().length).toBe(16);
  });

  it.each([
    ['{', /the file ends too early|line 1/],
    [JSON.stringify({ version: 1, upstreams: [1] }), /not what Sallyport writes/],
    [JSON.stringify({ version: 2, upstreams: [] }), /not what Sallyport writes/],
  ])(
    'in a file that is no good are none, that is said, and it is not written over: %s',
    async (text, why) => {
      writeFileSync(at('other-agents.json'), text, { mode: 0o600 });
      const { kept, addresses } = upstreams();
      await kept.open([]);
      expect(addresses()).toEqual([]);
      expect(logged).toEqual([expect.stringMatching(why)]);
      await expect(kept.add(at('one.sock'))).rejects.toThrow('is not kept');
      expect(addresses()).toEqual([at('one.sock')]);
      expect(readFileSync(at('other-agents.json'), 'utf8')).toBe(text);
    },
  );
});
