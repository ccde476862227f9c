// What the doctor looks at, and what came of it.

export interface Finding {
  /** For scripts: stays the same. */
  readonly id: string;
  /** What was looked at. */
  readonly title: string;
  readonly result: 'ok' | 'problem' | 'skipped';
  /** A sentence or two: what was seen, or why it was not looked at. */
  readonly message: string;
  /** Of a problem. */
  readonly remedy?: string;
}

type What = Pick<Finding, 'id' | 'title'>;

export const fine = (what: What, message: string): Finding => ({ ...what, result: 'ok', message });
export const skipped = (what: What, message: string): Finding => ({ ...what, result: 'skipped', message });
export const problem = (what: What, message: string, remedy: string): Finding => ({
  ...what,
  result: 'problem',
  message,
  remedy,
});
