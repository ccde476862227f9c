// The comment of a key that is written to a file.
import { TextField } from '../controls/text-field.tsx';
import { bounds } from '../store/bounds.ts';

interface CommentFieldProps {
  readonly comment: string;
  readonly onChange: (comment: string) => void;
  readonly isDisabled: boolean;
  readonly hint?: string;
}

export function CommentField({ comment, ...others }: CommentFieldProps) {
  return <TextField label="Comment" value={comment} maxLength={bounds.commentCharacters} {...others} />;
}
