// What a test has of a running program, whichever Electron runs it.
import type { Page } from '@playwright/test';
import type { WindowRole } from '../../../ipc/contract/request.ts';
import type { DesktopRequests } from '../../fakes/electron/control-protocol.ts';

export interface LaunchOptions {
  /** Everything that outlives a run; a second launch with the same one is the next start. */
  readonly home: string;
  /** Nothing of ours is there before. */
  readonly isFirstStart?: boolean;
  readonly isDark?: boolean;
  readonly forcedColors?: boolean;
  readonly args?: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder of the build; SALLYPORT_DIST or dist unless told. */
  readonly build?: string;
  /** Runs in each page of the stand-in before the page's own scripts. */
  readonly pageScript?: string;
}

export interface RunningApp {
  readonly home: string;
  /** Where clients connect to. */
  readonly socketPath: string;
  /** The program's own folder with settings, keys and log. */
  readonly dataDirectory: string;
  /** Waits for a window of that role and gives its page. */
  page(role: WindowRole): Promise<Page>;
  /** The pages open now. */
  pages(role: WindowRole): readonly Page[];
  /** Shows the key window, as a second start of the program does. */
  showKeys(): Promise<Page>;
  /** The stand-in's desktop; rejects with real Electron. */
  desktop<N extends keyof DesktopRequests>(
    name: N,
    input: DesktopRequests[N]['input'],
  ): Promise<DesktopRequests[N]['output']>;
  /** Ends the program as the person would, and resolves with its exit code. */
  quit(): Promise<number | null>;
  /** Ends whatever is left of it. */
  kill(): Promise<void>;
  /** What the program wrote to its terminal. */
  output(): string;
}
