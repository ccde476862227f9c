// How the headless program reaches the person. Prompters know text and secrets, not keys or requests.
import type { SecretBytes } from '../keys/encoding/secret-bytes.ts';

/**
 * Asks one question at a time. No method rejects: whatever goes wrong is a "no".
 * When the signal is aborted the question disappears and the answer no longer matters.
 */
export interface Prompter {
  /** True only for a clear yes. */
  confirm(text: string, signal: AbortSignal): Promise<boolean>;
  /** The passphrase as the bytes typed (UTF-8 as a rule), or undefined when the person cancelled; the caller wipes it. */
  askPassphrase(text: string, signal: AbortSignal): Promise<SecretBytes | undefined>;
  /**
   * Shows what needs no answer, until the signal is aborted: beside others, and held up by questions, which it does not hold
   * up. Resolves to true when the person does not want what it tells of. Left out by one that can show nothing.
   */
  tell?(text: string, signal: AbortSignal): Promise<boolean>;
  /** Why nobody was asked the last question, for the log; undefined where somebody was. */
  whyNobody?(): string | undefined;
}
