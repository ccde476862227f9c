// The options that say how key files are added; `add` and `agent` share them.

import type { AddConstraints } from '../../../client/agent-requests.ts';
import type { OptionDeclarations } from '../options.ts';
import { parseLifetime } from './parse-lifetime.ts';

export const keyFileOptions = {
  encrypted: {
    type: 'boolean',
    help: 'keep the files encrypted: the first use of a key asks for its passphrase',
  },
  confirm: { type: 'boolean', help: 'each use of the keys is confirmed by the person' },
  lifetime: {
    type: 'string',
    value: 'TIME',
    help: 'the agent forgets the keys after that time: seconds, or 10m, 1h30m, 2d',
  },
} as const satisfies OptionDeclarations;

export interface KeyFileOptionValues {
  readonly encrypted?: boolean | undefined;
  readonly confirm?: boolean | undefined;
  readonly lifetime?: string | undefined;
}

/** Throws UsageError for a lifetime that is none. */
export function parseKeyFileOptions(values: KeyFileOptionValues): {
  readonly encrypted: boolean;
  readonly constraints: AddConstraints;
} {
  return {
    encrypted: values.encrypted ?? false,
    constraints: { confirm: values.confirm ?? false, ...parseLifetime(values.lifetime) },
  };
}
