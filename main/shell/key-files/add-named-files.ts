// Key files named on a command line: by a double click on a .ppk file, say, or by a second start.

import type { Notices } from '../notices/notices.ts';
import type { KeyAdder } from './add-keys.ts';

/** Adds them, encrypted where they are, and tells the person what came of each. */
export async function addNamedFiles(
  paths: readonly string[],
  adder: KeyAdder,
  notices: Notices,
): Promise<void> {
  for (const path of paths) {
    const { name, outcome, warnings } = await adder.addPath(path, { keepEncrypted: true });
    for (const warning of warnings) notices.add('warning', warning);
    switch (outcome.kind) {
      case 'added':
        notices.add('information', `The key in ${name} was added.`);
        break;
      case 'needs-passphrase':
        adder.forget(outcome.pendingId);
        notices.add('warning', `${name} was not added: ${outcome.why} Add it with “Add key encrypted…”.`);
        break;
      case 'failed':
        notices.add('error', `${name} was not added: ${outcome.message}`);
    }
  }
}
