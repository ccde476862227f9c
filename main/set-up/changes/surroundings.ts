// What setting programs up knows of the machine and of the agent.
import type { Wsl } from '../../use-with/wsl/wsl.ts';
import type { WindowsCalls } from './windows-calls.ts';

export interface ProgramRun {
  /** Null when the program could not be started, or did not end in time. */
  readonly code: number | null;
  readonly output: string;
}

export interface RunOptions {
  /** Instead of those of the person's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** 10 seconds when it is left out. */
  readonly timeoutMs?: number | undefined;
}

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The person's folder, where programs keep their files of settings. */
  readonly home: string;
  /** Undefined while the door is not open or does not exist here. */
  readonly addressOf: (door: string) => string | undefined;
  /** Where the person reads why a door is not open: `“Doors”`. */
  readonly doorsPlace: string;
  /** Where Sallyport keeps what it takes out. */
  readonly settingsFolder: string;
  /** Nobody is there whom Windows could ask whether an administrator may do something. */
  readonly isUnattended?: boolean;
  /** On Windows alone. */
  readonly windows: WindowsCalls | undefined;
  /** On Windows alone, where our command stays in its place. */
  readonly wsl: Wsl | undefined;
  /** The whole path of a program; undefined where it is not installed. Never in the working directory. */
  find(program: string): string | undefined;
  /** Runs a program without a shell and without input, in the person's folder. Never rejects. */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<ProgramRun>;
}
