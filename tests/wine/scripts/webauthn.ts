// Runs in node.exe: security keys by webauthn.dll, as a test steers it. A call runs on while its answer is waited for.
import { webAuthnVersion } from '../../../ipc/win32/webauthn/webauthn-calls.ts';
import { WebAuthnThreads } from '../../../ipc/win32/webauthn/webauthn-thread.ts';
import { WebAuthnAuthenticator } from '../../../main/authenticators/webauthn/webauthn-authenticator.ts';
import { SecurityKeyError } from '../../../main/keys/authenticator.ts';
import { serveControl } from '../lane/control-server.ts';

const threads = new WebAuthnThreads(new URL('./webauthn-worker.js', import.meta.url));
const authenticator = new WebAuthnAuthenticator(threads, () => 0x1234n);

interface Begun {
  readonly aborting: AbortController;
  readonly waits: unknown[];
  outcome: unknown;
}

const calls = new Map<string, Begun>();
const bytes = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value);
const fromHex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

type Request = Record<string, never> & {
  readonly name: string;
  readonly call: 'sign' | 'enroll';
  readonly data: string;
  readonly keyHandle: string;
  readonly challenge: string;
};

serveControl({
  version: () => webAuthnVersion(),
  running: () => threads.running,
  begin({ name, call, ...rest }: Request) {
    const begun: Begun = { aborting: new AbortController(), waits: [], outcome: undefined };
    calls.set(name, begun);
    const request = {
      ...rest,
      ...(rest.data !== undefined && { data: fromHex(rest.data) }),
      ...(rest.keyHandle !== undefined && { keyHandle: fromHex(rest.keyHandle) }),
      ...(rest.challenge !== undefined && { challenge: fromHex(rest.challenge) }),
    } as never;
    authenticator[call](request, begun.aborting.signal, (what) => begun.waits.push(what ?? 'nothing')).then(
      (result) => {
        begun.outcome = Object.fromEntries(Object.entries(result).map(([key, value]) => [key, bytes(value)]));
      },
      (error: unknown) => {
        begun.outcome = {
          error: (error as Error).message,
          ...(error instanceof SecurityKeyError && { remedy: error.remedy }),
        };
      },
    );
  },
  look(name: string) {
    const { waits, outcome = null } = calls.get(name) as Begun;
    return { waits, outcome };
  },
  abort: (name: string) => calls.get(name)?.aborting.abort(new Error('the person cancelled it')),
  end() {
    // When this is answered.
    setTimeout(() => process.exit(0), 50);
  },
});
