// Every door that there is, told once: its names, where it exists, and how it is made.
import type { Transport } from '../../ipc/transports/transport.ts';

/** How clients that send WM_COPYDATA are served; `off`: not at all. */
export type LegacyClients = 'prompt' | 'usable-keys-only' | 'off';

export const legacyClientChoices: readonly LegacyClients[] = ['prompt', 'usable-keys-only', 'off'];

/** What a door is made from besides its kind. */
export interface DoorSetting {
  /** Empty for doors that take none. */
  readonly path: string;
  /** The directory of the path is the agent's own. */
  readonly privateDirectory: boolean;
  /** systemd has made the socket, and handed it to this process. */
  readonly handedOver: boolean;
  readonly legacyClients: LegacyClients;
}

interface DoorKind {
  /** `Transport.name`. */
  readonly transport: string;
  /** For the person. */
  readonly title: string;
  readonly existsOn: 'windows' | 'unix' | 'all systems';
  /** Whether it is chosen as `NAME=PATH`. */
  readonly takesPath: boolean;
  /** What it needs is imported here only: the modules bind to the system's own libraries. */
  readonly create: (setting: DoorSetting) => Promise<Transport | undefined>;
}

/** By the name in `--doors`, in the order in which they are told of. */
export const doorKinds = {
  'pageant-pipe': {
    transport: 'pageant-pipe',
    title: "Pageant's pipe (PuTTY 0.75 and later, WinSCP)",
    existsOn: 'windows',
    takesPath: false,
    create: async () =>
      (await import('../../ipc/transports/pipes/pageant-pipe.ts')).createPageantPipeTransport(),
  },
  copydata: {
    transport: 'copydata',
    title: "Pageant's window messages (FileZilla, older PuTTY and its kin)",
    existsOn: 'windows',
    takesPath: false,
    async create({ legacyClients }) {
      if (legacyClients === 'off') return undefined;
      const door = await import('../../ipc/transports/copydata/create-copydata-transport.ts');
      // All parts of the built program lie in one directory.
      const workerUrl = new URL('./copydata-worker.js', import.meta.url);
      return door.createCopydataTransport({ workerUrl, legacyClients });
    },
  },
  'openssh-pipe': {
    transport: 'openssh-pipe',
    title: "OpenSSH's pipe (Windows' ssh.exe, VS Code)",
    existsOn: 'windows',
    takesPath: false,
    create: async () =>
      (await import('../../ipc/transports/pipes/openssh-pipe.ts')).createOpensshPipeTransport(),
  },
  'own-pipe': {
    transport: 'own-pipe',
    title: "Sallyport's own pipe (IdentityAgent)",
    existsOn: 'windows',
    takesPath: false,
    create: async () => (await import('../../ipc/transports/pipes/own-pipe.ts')).createOwnPipeTransport(),
  },
  cygwin: {
    transport: 'cygwin-socket',
    title: 'Cygwin socket (Git for Windows, Cygwin, MSYS2)',
    existsOn: 'all systems',
    takesPath: true,
    create: async ({ path }) =>
      (await import('../../ipc/transports/cygwin/create-cygwin-transport.ts')).createCygwinTransport(path),
  },
  unix: {
    transport: 'unix-socket',
    title: 'Unix socket',
    existsOn: 'unix',
    takesPath: true,
    create: async ({ path, privateDirectory, handedOver }) =>
      (await import('../../ipc/transports/unix/unix-socket.ts')).createUnixSocketTransport({
        path,
        privateDirectory,
        handedOver,
      }),
  },
} as const satisfies Record<string, DoorKind>;

type DoorKinds = typeof doorKinds;
export type DoorName = keyof DoorKinds;
/** Doors that take a path. */
export type PlacedDoor = {
  [Name in DoorName]: DoorKinds[Name]['takesPath'] extends true ? Name : never;
}[DoorName];

export const doorNames = Object.keys(doorKinds) as readonly DoorName[];

/** For the person, by the transport's name. */
export function doorTitle(transport: string): string {
  return Object.values(doorKinds).find((kind) => kind.transport === transport)?.title ?? transport;
}
