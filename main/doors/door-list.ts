// `--doors`: which ways in are wanted, and where those are that have a path.
import { transportOfDoor } from './door-names.ts';

type DoorKind = keyof typeof transportOfDoor;
type PipeDoor = Exclude<DoorKind, 'cygwin' | 'unix'>;

export type DoorChoice =
  | { readonly kind: PipeDoor }
  | { readonly kind: 'cygwin'; readonly path: string }
  /** `privateDirectory`: the directory is the agent's own. */
  | { readonly kind: 'unix'; readonly path: string; readonly privateDirectory?: boolean };

/** The list of doors makes no sense. The message is for the person. */
export class DoorListError extends Error {
  override readonly name = 'DoorListError';
}

const doorsWithPath: readonly string[] = ['cygwin', 'unix'];
const kinds = Object.keys(transportOfDoor);

/** What the headless agent opens on Windows when nothing else is said. */
export const windowsDoors: readonly DoorChoice[] = [
  { kind: 'pageant-pipe' },
  { kind: 'copydata' },
  { kind: 'openssh-pipe' },
  { kind: 'own-pipe' },
];

function assertExistsOn(platform: NodeJS.Platform, kind: DoorKind): void {
  if (kind === 'cygwin') return;
  if (kind === 'unix' && platform === 'win32')
    throw new DoorListError('Windows programs find no Unix socket; cygwin=PATH is for Git Bash and its kin.');
  if (kind !== 'unix' && platform !== 'win32')
    throw new DoorListError(`The door ${kind} exists on Windows only.`);
}

function parseDoor(text: string, platform: NodeJS.Platform): DoorChoice {
  const equals = text.indexOf('=');
  const name = equals === -1 ? text : text.slice(0, equals);
  const path = equals === -1 ? '' : text.slice(equals + 1);
  if (!kinds.includes(name))
    throw new DoorListError(`There is no door “${name}”. Doors are ${kinds.join(', ')}.`);
  const kind = name as DoorKind;
  if (doorsWithPath.includes(kind) !== (path !== ''))
    throw new DoorListError(
      path === '' ? `The door ${kind} needs a path: ${kind}=PATH.` : `The door ${kind} takes no path.`,
    );
  assertExistsOn(platform, kind);
  return kind === 'cygwin' || kind === 'unix' ? { kind, path } : { kind };
}

/** Parses `NAME,NAME=PATH,…`. Paths are as they were given. Throws DoorListError. */
export function parseDoorList(text: string, platform: NodeJS.Platform): DoorChoice[] {
  const choices = text.split(',').map((part) => parseDoor(part.trim(), platform));
  const twice = choices.find(
    ({ kind }, index) => choices.findIndex((other) => other.kind === kind) !== index,
  );
  if (twice) throw new DoorListError(`The door ${twice.kind} is named twice.`);
  return choices;
}

/** The list as `--doors` takes it. */
export function formatDoorList(choices: readonly DoorChoice[]): string {
  return choices
    .map((choice) => ('path' in choice ? `${choice.kind}=${choice.path}` : choice.kind))
    .join(',');
}
