// `--doors`: which ways in are wanted, and where those are that have a path.
import { type DoorName, doorKinds, doorNames, type PlacedDoor } from './door-kinds.ts';

export type DoorChoice =
  | { readonly kind: Exclude<DoorName, PlacedDoor> }
  /** `privateDirectory`: the directory is the agent's own. `handedOver`: systemd has made the socket. */
  | {
      readonly kind: PlacedDoor;
      readonly path: string;
      readonly privateDirectory?: boolean;
      readonly handedOver?: boolean;
    };

/** The list of doors makes no sense. The message is for the person. */
export class DoorListError extends Error {
  override readonly name = 'DoorListError';
}

const isPlaced = (kind: DoorName): kind is PlacedDoor => doorKinds[kind].takesPath;

/** What is opened on Windows when nothing else is said: the doors of Windows alone that need no path. */
export const windowsDoors: readonly DoorChoice[] = doorNames.flatMap((kind) =>
  doorKinds[kind].existsOn === 'windows' && !isPlaced(kind) ? [{ kind }] : [],
);

function assertExistsOn(platform: NodeJS.Platform, kind: DoorName): void {
  const { existsOn } = doorKinds[kind];
  if (existsOn === 'unix' && platform === 'win32')
    throw new DoorListError('Windows programs find no Unix socket; cygwin=PATH is for Git Bash and its kin.');
  if (existsOn === 'windows' && platform !== 'win32')
    throw new DoorListError(`The door ${kind} exists on Windows only.`);
}

function parseDoor(text: string, platform: NodeJS.Platform): DoorChoice {
  const equals = text.indexOf('=');
  const name = equals === -1 ? text : text.slice(0, equals);
  const path = equals === -1 ? '' : text.slice(equals + 1);
  // Also as reports and prompts call them.
  const kind = doorNames.find((known) => known === name || doorKinds[known].transport === name);
  if (kind === undefined)
    throw new DoorListError(`There is no door “${name}”. Doors are ${doorNames.join(', ')}.`);
  if (isPlaced(kind) !== (path !== ''))
    throw new DoorListError(
      path === '' ? `The door ${kind} needs a path: ${kind}=PATH.` : `The door ${kind} takes no path.`,
    );
  assertExistsOn(platform, kind);
  return isPlaced(kind) ? { kind, path } : { kind };
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
