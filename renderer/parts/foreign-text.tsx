// Text that somebody else chose (comments, paths, host names), shown so that it can't pass for ours.
import { splitForeignText } from '../../text/foreign-text.ts';
import './foreign-text.css';

interface ForeignTextProps {
  readonly text: string;
  /** Shown when the text is empty. */
  readonly ifEmpty?: string;
  readonly maxCharacters?: number;
  readonly className?: string;
  /** Among words of ours: in quotation marks, which it can't end. */
  readonly isQuoted?: boolean;
}

/** Isolates the direction of `text` and shows invisible or reordering characters by their numbers. */
export function ForeignText({ text, ifEmpty, maxCharacters, className, isQuoted = false }: ForeignTextProps) {
  if (text === '' && ifEmpty !== undefined) return <span className="quiet">{ifEmpty}</span>;
  let offset = 0;
  return (
    <bdi className={className}>
      {isQuoted && '“'}
      {splitForeignText(text, maxCharacters, isQuoted).map((piece) => {
        const key = offset;
        offset += piece.kind === 'plain' ? piece.text.length : 1;
        return piece.kind === 'plain' ? (
          piece.text
        ) : (
          <span key={key} className="odd-character" title="A character that can’t be seen">
            {piece.codePoint}
          </span>
        );
      })}
      {isQuoted && '”'}
    </bdi>
  );
}
