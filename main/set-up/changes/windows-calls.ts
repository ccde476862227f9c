// What setting up asks of Windows.

export interface WindowsService {
  /** As in winsvc.h: 2 with Windows, 3 on demand, 4 disabled. */
  readonly startType: number;
  readonly isRunning: boolean;
}

export interface PosixRoot {
  readonly id: 'cygwin' | 'msys2';
  readonly root: string;
}

export interface WindowsCalls {
  /** Where Cygwin and MSYS2 are installed, one of each at the most. Rejects with Win32Error. */
  posixRoots(): Promise<readonly PosixRoot[]>;
  /** HOME as the person has set it for good; undefined where they have not. */
  lastingHome(): string | undefined;
  /** Undefined where there is none of that name. Throws Win32Error. */
  service(name: string): WindowsService | undefined;
  /** Strings of the person's Run key by their names: what starts when they sign in. Throws Win32Error. */
  runValues(): readonly { readonly name: string; readonly value: string }[];
  setRunValue(name: string, value: string): void;
  removeRunValue(name: string): void;
  /** The person's Startup folder. */
  readonly startupFolder: string;
  /**
   * Runs `command` in Windows' command processor as administrator, after Windows' own question, and waits for its end.
   * Resolves with whether the person allowed it.
   */
  runElevated(command: string): Promise<boolean>;
}
