// An agent without doors on Windows, asked one thing after the other by a test of the keys that Windows keeps.

import type { NewWindowsKey, WindowsKeys } from '../../../main/agent/ports/windows-keys.ts';
import { AgentClient } from '../../../main/client/agent-client.ts';
import { connectToSession } from '../../../main/client/agent-connection.ts';
import { AgentRefusedError } from '../../../main/client/agent-errors.ts';
import { sha256Fingerprint } from '../../../main/keys/kinds/shared/fingerprint.ts';
import { startAgent } from '../../../main/start-agent.ts';
import { createWindowsKeysFile } from '../../../main/stored/windows-keys-file.ts';
import { testPeer } from '../../fakes/test-agent.ts';
import { serveControl } from '../lane/control-server.ts';

const [, , choicePath = ''] = process.argv;
const log: string[] = [];
const line = (text: string) => void log.push(text);
const running = await startAgent({
  approver: {
    confirm: () => Promise.resolve('deny'),
    askPassphrase: () => Promise.resolve({ kind: 'cancelled' }),
  },
  transports: [],
  mayHaveNoDoor: true,
  log: line,
  windowsKeysFile: createWindowsKeysFile(choicePath, line),
  dialogWindow: () => 0x1234_5678n,
});
const client = () => new AgentClient(connectToSession(running.openSession(testPeer())));
const windowsKeys = running.windowsKeys as WindowsKeys;

serveControl({
  list: () => windowsKeys.list(),
  make: (wish: NewWindowsKey) => windowsKeys.make(wish),
  delete: (fingerprint: string) => windowsKeys.delete(fingerprint),
  offer: ({ which, isOffered }: { which: { fingerprint: string } | 'certificates'; isOffered: boolean }) =>
    windowsKeys.offer(which, isOffered),
  /** Comments by fingerprint, as a client sees them. */
  keys: async () =>
    (await client().list()).map(({ blob, comment }) => [sha256Fingerprint(blob), `${comment}`]),
  /** The algorithm, or the line of the log that says why not. */
  sign: async ({ fingerprint, flags }: { fingerprint: string; flags: number }) => {
    const asking = client();
    const key = (await asking.list()).find(({ blob }) => sha256Fingerprint(blob) === fingerprint);
    if (key === undefined) return { refused: 'not listed' };
    try {
      const signature = await asking.sign(key.blob, new Uint8Array(100).fill(7), flags);
      return { algorithm: String.fromCharCode(...signature.subarray(4, 4 + (signature[3] ?? 0))) };
    } catch (error) {
      if (!(error instanceof AgentRefusedError)) throw error;
      return { refused: log.at(-1) };
    }
  },
  /** Of another program, by its name. */
  deleteOther: (name: string) =>
    running.windowsKeys?.calls.call('software', 'delete', { home: 'software', name, owner: {} }),
  signWithOther: (name: string) =>
    running.windowsKeys?.calls.call('software', 'sign', {
      place: { home: 'software', name },
      kind: 'rsa',
      hash: 'sha256',
      data: new Uint8Array(1),
      owner: {},
    }),
  exit: (code: number) => void setImmediate(() => process.exit(code)),
});
