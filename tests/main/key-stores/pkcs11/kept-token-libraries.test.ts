// Which libraries for tokens are loaded: those that the person has chosen alone, and none that others could exchange.
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptTokenLibraries } from '../../../../main/key-stores/pkcs11/kept-token-libraries.ts';
import { encodeTokenList } from '../../../../main/key-stores/pkcs11/library/token-messages.ts';
import type { LibraryEnds } from '../../../../main/library-process/library-channel.ts';
import {
  encodeLibraryReply,
  parseLibraryRequest,
} from '../../../../main/library-process/library-messages.ts';
import { settle } from '../../../fakes/settle.ts';
import { testAgent } from '../../../fakes/test-agent.ts';

const signal = new AbortController().signal;

/** What is looked at of a library for this processor: the beginning of any program for it. */
function writeLibrary(path: string): void {
  const header = new Uint8Array(4096);
  const program = openSync(process.execPath, 'r');
  readSync(program, header);
  closeSync(program);
  writeFileSync(path, header);
}

describe.skipIf(process.platform === 'win32')('a library for tokens', () => {
  let place: string;
  let library: string;

  beforeEach(() => {
    place = mkdtempSync(join(realpathSync(tmpdir()), 'sallyport-tokens-'));
    library = join(place, 'library', 'tokens.so');
    mkdirSync(join(place, 'library'));
    writeLibrary(library);
  });
  afterEach(() => rmSync(place, { recursive: true, force: true }));

  /** Its process has no token. */
  function keptLibraries() {
    const { agent, clock, log } = testAgent();
    const asked: string[] = [];
    let to: LibraryEnds | undefined;
    const kept = new KeptTokenLibraries({
      stores: agent.stores,
      clock,
      log: (line) => log.push(line),
      startLibraryProcess(_program, ends) {
        to = ends;
        asked.push('start');
        const send = (message: Uint8Array) => {
          const { id, operation } = parseLibraryRequest(message);
          asked.push(operation);
          const body =
            operation === 'list' ? encodeTokenList({ library: 'l', tokens: [] }) : new Uint8Array();
          ends.onMessage(encodeLibraryReply({ kind: 'result', id, body }));
        };
        return { send, kill: () => {} };
      },
    });
    return { kept, asked, clock, crash: () => to?.onEnd() };
  }

  it('is used for nobody before the person has chosen it, nor after they have removed it', async () => {
    const { kept, asked } = keptLibraries();
    const link = join(place, 'link.so');
    symlinkSync(library, link);
    for (const path of [library, link]) expect(await kept.storeOf(path)).toBeUndefined();
    expect(asked).toEqual([]);
    await kept.add(link);
    for (const path of [library, link]) expect(await kept.storeOf(path)).toBeDefined();
    expect(await kept.storeOf(join(place, 'nowhere.so'))).toBeUndefined();
    expect(await kept.remove(link)).toBe(true);
    for (const path of [library, link]) expect(await kept.storeOf(path)).toBeUndefined();
  });

  it('that others could exchange is not loaded, also when that came to be later', async () => {
    const { kept, asked, clock, crash } = keptLibraries();
    chmodSync(join(place, 'library'), 0o777);
    await expect(kept.add(library)).rejects.toThrow('as others could have written it');
    expect(asked).toEqual([]);
    chmodSync(join(place, 'library'), 0o700);
    await kept.add(library);
    await settle();
    const loads = () => asked.filter((operation) => operation === 'load').length;
    expect(loads()).toBe(1);
    chmodSync(join(place, 'library'), 0o777);
    crash();
    clock.advance(60_000);
    const again = kept.storeOf(library).then((store) => store?.list(signal));
    await expect(again).rejects.toThrow('as others could have written it');
    expect(loads()).toBe(1);
  });
});
