// A process as main/library-host.ts is one, whose library does what a foreign one might.
import { readdirSync, readlinkSync, writeSync } from 'node:fs';
import { endWithParent } from '../../ipc/posix/hardening/end-with-parent.ts';
import { serveLibrary } from '../../main/library-process/serve-library.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function hang(): never {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}

/** Those that are open here: their numbers, and what they lead to. */
function descriptors(): string {
  const links = readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      return [`${name} ${readlinkSync(`/proc/self/fd/${name}`)}`];
    } catch {
      return [];
    }
  });
  return links.join('\n');
}

const actions: Readonly<Record<string, (body: Uint8Array, tell: (event: Uint8Array) => void) => Uint8Array>> =
  {
    echo: (body) => body.slice(),
    pid: () => bytes(String(process.pid)),
    environment: () => bytes(JSON.stringify(process.env)),
    descriptors: () => bytes(descriptors()),
    crash: () => process.abort(),
    hang,
    tell(body, tell) {
      tell(body);
      return body.slice();
    },
    print(body) {
      writeSync(1, body);
      writeSync(2, body);
      return body.slice();
    },
    /** The length of a message that is far too long, and much more. */
    flood(body) {
      writeSync(3, Uint8Array.of(0x7f, 0xff, 0xff, 0xff));
      return body;
    },
    /** Says more than anybody could want to know. */
    chatter() {
      writeSync(3, Buffer.alloc(1100 * 5, Uint8Array.of(0, 0, 0, 1, 2)));
      hang();
    },
    lie() {
      writeSync(3, Uint8Array.of(0, 0, 0, 2, 9, 9));
      hang();
    },
    throw() {
      throw new Error('as it says');
    },
  };

const parentPid = process.argv[3];
if (parentPid !== undefined) endWithParent(Number(parentPid));
serveLibrary((tell) => ({
  answer(operation, body) {
    const act = actions[operation];
    if (act === undefined) throw new Error('no such operation');
    return act(body, tell);
  },
}));
