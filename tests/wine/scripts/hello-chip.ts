// Windows Hello as the chip of passphrases, asked one thing after the other by a test.
import { KeyCallThreads } from '../../../main/key-stores/windows/calls/key-call-threads.ts';
import { HelloChip } from '../../../main/key-stores/windows/hello-chip.ts';
import { SecretBytes } from '../../../main/keys/encoding/secret-bytes.ts';
import { SealedPassphrases } from '../../../main/sealed-passphrases/sealed-passphrases.ts';
import { serveControl } from '../lane/control-server.ts';

const [, , directory = ''] = process.argv;
const log: string[] = [];
const chip = new HelloChip();
const calls = new KeyCallThreads();
const fingerprint = `SHA256:${'a'.repeat(43)}`;
const dialog = { window: 0x1234_5678n, says: 'Sallyport unlocks the key “ö”.' };
const never = new AbortController().signal;
const start = async () => {
  const now = () => new Date();
  const sealed = new SealedPassphrases({ directory, chip, now, log: (line) => log.push(line) });
  await sealed.load();
  return sealed;
};
let sealed = await start();

const outcome = async (work: Promise<string>) => {
  try {
    return await work;
  } catch (error) {
    return `refused: ${(error as Error).message}`;
  }
};

const stopControl = serveControl({
  whyNot: async () => (await chip.whyNot()) ?? 'ready',
  setUp: (passphrase: string) =>
    outcome(
      sealed
        .setUp(
          { fingerprint, file: 'f'.repeat(64) },
          new SecretBytes(new TextEncoder().encode(passphrase)),
          dialog,
          never,
        )
        .then(() => 'set up'),
    ),
  open: async (withinMs: number | null) => {
    // A new start, which has what is on disk.
    sealed = await start();
    const signal = withinMs === null ? never : AbortSignal.timeout(withinMs);
    const opened = sealed.open(fingerprint, dialog, signal);
    return outcome(opened.then((passphrase) => new TextDecoder().decode(passphrase.bytes)));
  },
  forget: () => outcome(sealed.forget(fingerprint).then(() => 'forgotten')),
  log: () => log,
  /** As the SSH side of the agent does. */
  listForSsh: () => calls.call('hello', 'ownKeys', { home: 'hello', known: [] }),
  signForSsh: (name: string) =>
    outcome(
      calls
        .call('hello', 'sign', {
          place: { home: 'hello', name },
          kind: 'rsa',
          hash: 'sha256',
          data: new Uint8Array(10),
          owner: {},
        })
        .then(() => 'signed'),
    ),
  /** Once it is answered. */
  stop: () =>
    void setImmediate(async () => {
      await chip.close();
      await calls.close();
      stopControl();
    }),
});
