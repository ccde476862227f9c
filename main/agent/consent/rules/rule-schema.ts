// What a rule may say. One that can match nothing is none: its author believes in a protection that is not there.
import * as v from 'valibot';
import { foreignText, insideQuotes } from '../../../../text/foreign-text.ts';
import { ruleActions, ruleOrigins, rulePurposes } from '../../../../text/rules/effective-rule.ts';
import { maxHostNameLength } from '../../facts/host-certificate.ts';
import { isProgramName } from '../../facts/relayed-program.ts';
import { limits } from '../../limits/limits.ts';

/** The rest of a sentence about why a value is refused. */
export const keyHelp =
  'a key is named by its fingerprint, SHA256: and 43 characters, as “sallyport list” shows it';
const hostHelp = {
  fingerprint: 'a host key is named by its fingerprint, SHA256: and 43 characters',
  name: 'a host is a name as known_hosts has it, without user, path or spaces: “host”, “*.example.com” or “[host]:2222”',
  port: 'a host at another port is written “[host]:2222”, and one at port 22 just “host”',
  address: 'an address has four numbers of 255 at the most, or is one of IPv6',
  invisible: 'the host has a character in it that can’t be seen: type its name anew',
  long: `no name of a host has more than ${maxHostNameLength} characters`,
};
const programHelp =
  'a program is named by its whole path, such as /usr/bin/ssh, without “.”, “..”, * or ? in it; one behind a relay is named “relay:PLACE:PATH”, such as relay:Ubuntu:/usr/bin/ssh';
const exactHelp = 'a user and a namespace are compared as they are, without * and ?';

/** A SHA-256 in base64: of the last character two bits are left over. */
const fingerprint = /^SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/;
const hexFingerprint = /^(MD5:)?([0-9a-f]{2}:){15}[0-9a-f]{2}$/i;

export const fingerprintSchema = v.pipe(v.string(keyHelp), v.regex(fingerprint, keyHelp));

const text = v.pipe(
  v.string('a condition is text: leave it out for any'),
  v.regex(/\S/, 'a condition is not empty: leave it out for any'),
  v.maxLength(limits.conditionLength, `a condition has no more than ${limits.conditionLength} characters`),
  v.check((value) => value === value.trim(), 'a condition has no space at its ends'),
  v.check((value) => !/\p{Cs}/u.test(value), 'a condition is Unicode'),
);

function mayBePort(port: string): boolean {
  if (!/^[\d*?]+$/.test(port)) return false;
  return /[*?]/.test(port) || (!port.startsWith('0') && Number(port) <= 65_535);
}

function hostProblem(host: string): string | undefined {
  if (/^sha256:/i.test(host)) return fingerprint.test(host) ? undefined : hostHelp.fingerprint;
  if (hexFingerprint.test(host)) return hostHelp.fingerprint;
  if (foreignText(host, Infinity) !== host) return hostHelp.invisible;
  if (/^#|[\s/\\@,"'!|]|\.\./.test(host)) return hostHelp.name;
  if (host.replaceAll('*', '').length > maxHostNameLength) return hostHelp.long;
  if (/^\d+(\.\d+){3}$/.test(host) && host.split('.').some((part) => Number(part) > 255))
    return hostHelp.address;
  if (/^\[[^\]]*(\]?|\]:22)$/.test(host)) return hostHelp.port;
  const [, port] = /^\[[^\]]*\]:(.*)$/.exec(host) ?? [];
  if (port !== undefined && !mayBePort(port)) return hostHelp.port;
  // An address of IPv6 has two colons at least, and a star may stand for one of them, or for what is in brackets.
  const isBareHostWithPort = /^[^:[*]+:[0-9?]*$/.test(host);
  return isBareHostWithPort ? hostHelp.port : undefined;
}

const exact = v.pipe(text, v.regex(/^[^*?]*$/, exactHelp));
const user = v.pipe(
  exact,
  v.maxBytes(limits.userNameBytes, `no user has over ${limits.userNameBytes} bytes`),
);
const namespace = v.pipe(
  exact,
  v.maxLength(limits.namespaceLength, `no namespace has over ${limits.namespaceLength} characters`),
);

function whyNoObject({ path, expected }: v.StrictObjectIssue): string {
  if (path === undefined) return 'it is no object with an “action”';
  const name = insideQuotes(String(path[0].key), 60);
  return expected === 'never' ? `it has “${name}”, which is no part of a rule` : `it has no “${name}”`;
}

/**
 * All that are given must hold; what is left out is decided in text/rules/effective-rule.ts. Strict: a condition that is
 * not known here would otherwise be dropped, and the rule would match more than it says.
 */
const conditions = {
  /** `SHA256:…` of the plain key. */
  key: v.exactOptional(fingerprintSchema),
  /** Full path of the executable that asks (observed), or `relay:PLACE:PATH` (claimed): conveniences, not boundaries. */
  program: v.exactOptional(v.pipe(text, v.check(isProgramName, programHelp))),
  /** `SHA256:…` of the host key, or a pattern (`*`, `?`) for one of the names the person's files give it. */
  destination: v.exactOptional(
    v.pipe(
      text,
      v.rawCheck(({ dataset, addIssue }) => {
        const message = dataset.typed ? hostProblem(dataset.value) : undefined;
        if (message !== undefined) addIssue({ message });
      }),
    ),
  ),
  purpose: v.exactOptional(v.picklist(rulePurposes, 'a purpose is login, sshsig or unknown')),
  /** Of the login. */
  user: v.exactOptional(user),
  /** Of the SSHSIG signature, for example `git`. */
  namespace: v.exactOptional(namespace),
  origin: v.exactOptional(v.picklist(ruleOrigins, 'an origin is local, forwarded or any')),
};

export const newRuleSchema = v.pipe(
  v.strictObject(
    { action: v.picklist(ruleActions, 'an action is allow, ask or deny'), ...conditions },
    whyNoObject,
  ),
  v.check(
    ({ purpose, user, namespace }) =>
      (user === undefined || (purpose ?? 'login') === 'login') &&
      (namespace === undefined || (purpose ?? 'sshsig') === 'sshsig') &&
      (user === undefined || namespace === undefined),
    'a user goes with a login, a namespace with an SSHSIG signature',
  ),
  // A signature that is no login is good for any host, so none is ever known.
  v.check(
    ({ destination, purpose, namespace }) =>
      destination === undefined || ((purpose ?? 'login') === 'login' && namespace === undefined),
    'a host goes with a login: of other signatures nobody knows where they go',
  ),
);

/** A rule as somebody writes it. */
export type NewRule = Readonly<v.InferOutput<typeof newRuleSchema>>;

export type RuleConditions = Omit<NewRule, 'action'>;

/** Why this is no rule, as the rest of a sentence; undefined when it is one. */
export function whyNoRule(rule: unknown): string | undefined {
  return v.safeParse(newRuleSchema, rule).issues?.[0].message;
}
