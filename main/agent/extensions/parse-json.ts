// The JSON that requests of ours carry.
import { RefusedError } from '../protocol/errors.ts';

/** Throws RefusedError for what is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RefusedError('not JSON');
  }
}
