// `sallyport generate` for a key in a security key: what is wished for it, and the person who touches it.
import { openAuthenticators } from '../../../authenticators/open-authenticators.ts';
import { systemClock } from '../../../basics/clock.ts';
import { type AuthenticatorWait, securityKeyFlag } from '../../../keys/authenticator.ts';
import {
  applicationProblem,
  defaultApplication,
  generateSecurityKey,
  type NewSecurityKey,
} from '../../../keys/files/generate-security-key.ts';
import type { PrivateKeyFields } from '../../../keys/kinds/shared/private-key-fields.ts';
import { openMiddlewareFile } from '../../../stored/middleware-file.ts';
import { prompterOf } from '../ask-passphrase.ts';
import { type CommandIo, UsageError } from '../command.ts';
import type { OptionDeclarations } from '../options.ts';

export const securityKeyOptions = {
  resident: {
    type: 'boolean',
    default: false,
    help: 'can be read from the security key on another computer',
  },
  'verify-required': { type: 'boolean', default: false, help: 'each use wants its PIN or a finger, too' },
  'no-touch-required': {
    type: 'boolean',
    default: false,
    help: "no use wants a touch; most servers don't take such a key",
  },
  application: {
    type: 'string',
    value: 'ssh:…',
    help: 'by which the security key tells it from others, "ssh:" without the option',
  },
} as const satisfies OptionDeclarations;

interface SecurityKeyWishes {
  readonly resident: boolean;
  readonly 'verify-required': boolean;
  readonly 'no-touch-required': boolean;
  readonly application?: string | undefined;
}

/** Ours first, then those of ssh-keygen. */
const kinds = new Map<string, NewSecurityKey['kind']>([
  ['sk-ed25519', 'sk-ed25519'],
  ['sk-ecdsa', 'sk-ecdsa-p256'],
  ['ed25519-sk', 'sk-ed25519'],
  ['ecdsa-sk', 'sk-ecdsa-p256'],
]);

export const securityKeyTypes = [...kinds.keys()].slice(0, 2);

/** Undefined for a type that is in no security key, of which nothing may be wished. Throws UsageError. */
export function newSecurityKey(type: string, wishes: SecurityKeyWishes): NewSecurityKey | undefined {
  const kind = kinds.get(type);
  const { application = defaultApplication, resident } = wishes;
  if (kind === undefined) {
    const named = (Object.keys(securityKeyOptions) as (keyof SecurityKeyWishes)[]).find(
      (name) => wishes[name],
    );
    if (named === undefined) return undefined;
    throw new UsageError(`--${named} is for keys in a security key: ${securityKeyTypes.join(', ')}.`);
  }
  const problem = applicationProblem(application);
  if (problem !== undefined) throw new UsageError(`An application ${problem}.`);
  const flags =
    (wishes['no-touch-required'] ? 0 : securityKeyFlag.touch) |
    (wishes['verify-required'] ? securityKeyFlag.verify : 0) |
    (resident ? securityKeyFlag.resident : 0);
  return { kind, application, flags, user: '' };
}

const waits: Readonly<Record<Exclude<AuthenticatorWait, undefined>, string>> = {
  touch: 'Touch your security key to make the new key.',
  'system-dialog': 'Windows asks for your security key in a window of its own.',
};

/** The caller wipes it. Rejects with SecurityKeyError. */
export async function makeSecurityKey(wish: NewSecurityKey, io: CommandIo): Promise<PrivateKeyFields> {
  const file = openMiddlewareFile(io.complain, io.env);
  const { authenticators, libraries } = openAuthenticators({ clock: systemClock(), file });
  const { signal } = new AbortController();
  // The process of the middleware keeps nobody, so this one would end before the answer.
  const staying = setInterval(() => {}, 60_000);
  try {
    return await generateSecurityKey(wish, {
      authenticator: authenticators.own,
      signal,
      waitsFor: (what) => {
        if (what) io.complain(waits[what]);
      },
      askPin: async (why) => {
        const pin = await prompterOf(io).askPassphrase(`${why} PIN of the security key:`, signal);
        return pin && pin.length > 0 ? pin : undefined;
      },
    });
  } finally {
    clearInterval(staying);
    libraries?.close();
  }
}
