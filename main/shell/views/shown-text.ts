// How much the window is shown of names that others have given.
import { cut } from '../../../text/foreign-text.ts';

/** A comment of a key, where it stands among other things. */
export const shownComment = (comment: string): string => cut(comment, 400);

/** The name of a key file. */
export const shownFileName = (name: string): string => cut(name, 100);
