// What may stand where no option does, or as the value of one: by this completion knows what to offer.

/**
 * A few words; or a file, a key of the agent by its fingerprint, the id of a rule, a host, a list of doors. `text` is what nobody
 * can know.
 */
export type Operand = readonly string[] | 'file' | 'key' | 'rule' | 'host' | 'doors' | 'text';

/**
 * In order; the last one stands for all that follow where it is `repeated`. By the first word, where that says what the
 * others are: `rules ask LEVEL KEY`; the first may be one of `list` as well then.
 */
export interface Operands {
  readonly list?: readonly Operand[];
  readonly repeated?: boolean;
  readonly byWord?: Readonly<Record<string, readonly Operand[]>>;
}
