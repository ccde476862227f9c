// What a rule may say. One that can match nothing is none: its author believes in a protection that is not there.
import * as v from 'valibot';
import { insideQuotes } from '../../../text/foreign-text.ts';

/** The rest of a sentence about why a value is refused. */
export const keyHelp =
  'a key is named by its fingerprint, SHA256: and 43 characters, as “sallyport list” shows it';
const hostHelp = {
  fingerprint: 'a host key is named by its fingerprint, SHA256: and 43 characters',
  name: 'a host is a name as known_hosts has it, without user, path or spaces: “host”, “*.example.com” or “[host]:2222”',
  port: 'a host at another port is written “[host]:2222”, and one at port 22 just “host”',
};
const programHelp = 'a program is named by its whole path, such as /usr/bin/ssh, without “.” or “..” in it';
const exactHelp = 'a user and a namespace are compared as they are, without * and ?';

/** A SHA-256 in base64: of the last character two bits are left over. */
const fingerprint = /^SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/;
const hexFingerprint = /^(MD5:)?([0-9a-f]{2}:){15}[0-9a-f]{2}$/i;
const posixPath = /^\/[^/]/;
/** On a drive, or below a share of a server. */
const windowsPath = /^(?:[a-z]:|[\\/]{2}[^\\/]+[\\/][^\\/]+)[\\/][^\\/]/i;

export const fingerprintSchema = v.pipe(v.string(keyHelp), v.regex(fingerprint, keyHelp));

const text = v.pipe(
  v.string(),
  v.minLength(1, 'a condition is not empty'),
  v.maxLength(1024, 'it is too long'),
);

/** Compared with the path that the system tells of a program, which has none of these in it. */
function isWholePath(path: string): boolean {
  if (posixPath.test(path))
    return (
      !path.endsWith('/') &&
      !path
        .slice(1)
        .split('/')
        .some((part) => part === '' || part === '.' || part === '..')
    );
  if (!windowsPath.test(path)) return false;
  // “?” would be the server of \\?\C:\…
  return !/[\\/]$/.test(path) && !path.split(/[\\/]/).some((part) => /^(\.\.?|\?)$/.test(part));
}

function hostProblem(host: string): string | undefined {
  if (/^sha256:/i.test(host)) return fingerprint.test(host) ? undefined : hostHelp.fingerprint;
  if (hexFingerprint.test(host)) return hostHelp.fingerprint;
  if (/[\s/\\@,"'!|]/.test(host)) return hostHelp.name;
  if (/^\[[^\]]*(\]?|\]:22)$/.test(host)) return hostHelp.port;
  // An address of IPv6 has two colons at least, and a star may stand for one of them, or for what is in brackets.
  const isBareHostWithPort = /^[^:[*]+:[0-9?]*$/.test(host);
  return isBareHostWithPort ? hostHelp.port : undefined;
}

const exact = v.pipe(text, v.regex(/^[^*?]*$/, exactHelp));

/** Strict: a condition that is not known here would otherwise be dropped, and the rule would match more than it says. */
const conditions = {
  key: v.exactOptional(fingerprintSchema),
  program: v.exactOptional(v.pipe(text, v.check(isWholePath, programHelp))),
  destination: v.exactOptional(
    v.pipe(
      text,
      v.rawCheck(({ dataset, addIssue }) => {
        const message = dataset.typed ? hostProblem(dataset.value) : undefined;
        if (message !== undefined) addIssue({ message });
      }),
    ),
  ),
  purpose: v.exactOptional(
    v.picklist(['login', 'sshsig', 'unknown'], 'a purpose is login, sshsig or unknown'),
  ),
  user: v.exactOptional(exact),
  namespace: v.exactOptional(exact),
  origin: v.exactOptional(v.picklist(['local', 'forwarded', 'any'], 'an origin is local, forwarded or any')),
};

export const newRuleSchema = v.pipe(
  v.strictObject(
    { action: v.picklist(['allow', 'ask', 'deny'], 'an action is allow, ask or deny'), ...conditions },
    (issue) =>
      `it has “${insideQuotes(String(issue.path?.[0]?.key ?? ''), 60)}”, which is missing or no part of a rule`,
  ),
  v.check(
    ({ purpose, user, namespace }) =>
      (user === undefined || (purpose ?? 'login') === 'login') &&
      (namespace === undefined || (purpose ?? 'sshsig') === 'sshsig') &&
      (user === undefined || namespace === undefined),
    'a user goes with a login, a namespace with an SSHSIG signature',
  ),
);

/** Why this is no rule, as the rest of a sentence; undefined when it is one. */
export function whyNoRule(rule: unknown): string | undefined {
  return v.safeParse(newRuleSchema, rule).issues?.[0].message;
}
