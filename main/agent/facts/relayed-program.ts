// The program behind a relay, as the relay says: claimed. It never loosens anything by itself, it only narrows.
import { foreignText } from '../../../text/foreign-text.ts';
import { isRelayedName, type RelayedName, readRelayedName } from '../../../text/rules/relayed-program.ts';
import type { WireReader } from '../../keys/encoding/wire.ts';
import { RefusedError } from '../protocol/errors.ts';
import { isWholePath } from './program-path.ts';

export interface RelayedProgram extends RelayedName {
  readonly user: string;
  /** Its number there. */
  readonly pid: number;
}

/** As the person is told of it. */
export interface Relayed extends RelayedProgram {
  /** The program that says so is our own command's. Observed: a convenience, not a boundary. */
  readonly byOwnRelay: boolean;
}

const maxPlaceLength = 64;
const maxUserLength = 64;
const maxPathLength = 500;

/** SECURITY: what can't be seen, or looks like another, is refused; the person would take one program for another. */
const isVisible = (text: string, maxLength: number) =>
  text.length <= maxLength && text === text.trim() && foreignText(text, maxLength) === text;

/** Whether a system can be called so. */
export function isPlace(place: string): boolean {
  return place !== '' && !place.includes(':') && isVisible(place, maxPlaceLength);
}

/** A path as Linux has them. */
function isPathThere(path: string): boolean {
  return path.startsWith('/') && isWholePath(path) && isVisible(path, maxPathLength);
}

/** Whether a rule may name this program: by its path here, or one behind a relay. */
export function isProgramName(text: string): boolean {
  if (!isRelayedName(text)) return isWholePath(text);
  const name = readRelayedName(text);
  return name !== undefined && isPlace(name.place) && isPathThere(name.executable);
}

/**
 * `string` place, `string` executable, `string` user, uint32 process; undefined when they are empty: the relay knows nobody to
 * name. Throws RefusedError for what is not such.
 */
export function readRelayedProgram(contents: WireReader): RelayedProgram | undefined {
  const [place, executable, user] = [contents.readText(), contents.readText(), contents.readText()];
  const pid = contents.readUint32();
  if (place === '' && executable === '' && user === '' && pid === 0) return undefined;
  if (!isPlace(place) || !isPathThere(executable) || !isVisible(user, maxUserLength))
    throw new RefusedError('a relay named a program that can not be one');
  return { place, executable, user, pid };
}
