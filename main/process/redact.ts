// The last net under the log: whatever looks like a secret does not get through.
import { homedir } from 'node:os';
import { foreignText } from '../../text/foreign-text.ts';

const maxCharacters = 2000;

/** In this order; each is safe to apply to the result of the one before. */
const rules: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [^-\n]*-----[\s\S]*?(-----END [^-\n]*-----|$)/g, '[key file]'],
  [/PuTTY-User-Key-File-[\s\S]*/g, '[key file]'],
  [/\b(pass(?:phrase|word)?|secret|pin)(["']?\s*[:=]\s*).+/gi, '$1$2[secret]'],
  // Key material in base64 or hex. A SHA-256 fingerprint has 43 characters of base64 and stays readable.
  [/[A-Za-z0-9+/]{56,}={0,2}/g, '[long text]'],
];

/** `text` on one line, bounded, without what looks like a secret, the home directory written as `~`. */
export function redact(text: string): string {
  let redacted = text.slice(0, 4 * maxCharacters);
  for (const [pattern, replacement] of rules) redacted = redacted.replace(pattern, replacement);
  const home = homedir();
  if (home.length > 1) redacted = redacted.replaceAll(home, '~');
  return foreignText(redacted, maxCharacters);
}
