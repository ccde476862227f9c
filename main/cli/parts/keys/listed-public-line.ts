// A key of the agent as a line for authorized_keys.
import { foreignName, foreignText } from '../../../../text/foreign-text.ts';
import type { ListedKey } from '../../../client/agent-replies.ts';
import { cutToColumns } from '../../../terminal/wrap-lines.ts';
import { describeBlob } from './describe-key.ts';

const maxCommentCharacters = 1000;

/** Not formatPublicKeyLine: the agent may hold kinds of keys that can't be parsed here. */
export function listedPublicLine({ blob, comment }: ListedKey, columns: number | undefined): string {
  const { algorithm } = describeBlob(blob);
  const line = `${foreignName(algorithm, maxCommentCharacters)} ${Buffer.from(blob).toString('base64')} `;
  const shown = foreignText(comment, maxCommentCharacters);
  // SECURITY: to be copied from a terminal in one piece, this line is not broken by us; so only the row on which its
  // comment begins has room for it.
  const rest = columns === undefined ? undefined : columns - 1 - (line.length % columns);
  return `${line}${rest === undefined ? shown : cutToColumns(shown, rest)}`.trimEnd();
}
