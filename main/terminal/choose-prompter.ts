// Which way to the person: OpenSSH's rules for SSH_ASKPASS (ssh(1), ENVIRONMENT), and our two flags.
import { existsSync } from 'node:fs';
import { createAskpassPrompter } from './askpass-prompter.ts';
import { openTerminal, terminalExists } from './open-terminal.ts';
import type { Prompter } from './prompter.ts';
import { refusingPrompter } from './refusing-prompter.ts';
import { createTerminalPrompter } from './terminal-prompter.ts';

export type PromptWay =
  | { readonly kind: 'askpass'; readonly program: string }
  | { readonly kind: 'terminal' | 'refuse' };

/** What of the environment has a say (ssh(1)). */
export interface PromptEnvironment extends NodeJS.ProcessEnv {
  DISPLAY?: string | undefined;
  WAYLAND_DISPLAY?: string | undefined;
  SSH_ASKPASS?: string | undefined;
  SSH_ASKPASS_REQUIRE?: string | undefined;
}

export interface PromptChoice {
  /** `--askpass PROGRAM`: wins over the environment. */
  readonly askpass?: string | undefined;
  /** `--no-prompt`: nobody is asked. */
  readonly noPrompt?: boolean | undefined;
  /**
   * What wins without `SSH_ASKPASS_REQUIRE`: a client verb asks where it was typed (as ssh-add does), the agent
   * is seldom looked at and takes the askpass program when it may (as ssh-agent does).
   */
  readonly prefer: 'terminal' | 'askpass';
  /** Ctrl-C at a question on the terminal ends the process, as at those of ssh-add; else it is only a "no". */
  readonly interruptible?: boolean | undefined;
  readonly env: PromptEnvironment;
  readonly hasTerminal: boolean;
  /** The program used when SSH_ASKPASS is not set, if there is one. */
  readonly defaultAskpass?: string | undefined;
}

/** Decides from flags and environment alone. */
export function choosePromptWay(choice: PromptChoice): PromptWay {
  if (choice.noPrompt) return { kind: 'refuse' };
  if (choice.askpass) return { kind: 'askpass', program: choice.askpass };
  const { env } = choice;
  const require = env.SSH_ASKPASS_REQUIRE?.toLowerCase();
  const hasDisplay = Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
  const mayUseAskpass = require === 'force' || (require !== 'never' && hasDisplay);
  const program = env.SSH_ASKPASS || choice.defaultAskpass;
  const wantsAskpass =
    require === 'force' || require === 'prefer' || choice.prefer === 'askpass' || !choice.hasTerminal;
  if (mayUseAskpass && wantsAskpass && program) return { kind: 'askpass', program };
  // SECURITY: `force` means that this terminal must not be asked, even when there is no program.
  if (require === 'force' || !choice.hasTerminal) return { kind: 'refuse' };
  return { kind: 'terminal' };
}

/**
 * Where distributions put the default of OpenSSH. SECURITY: not on Windows, where any user may make such a folder at the
 * root of a drive and put a program there.
 */
const defaultAskpassPath = '/usr/bin/ssh-askpass';

const notWanted = 'nobody is asked, as the agent was started with --no-prompt';
const noWay =
  'nobody can be asked: the agent has no terminal, and no askpass program with a display (--askpass names one)';

/** The terminal was in raw mode, where Ctrl-C sends no signal. Shells want to see that it was one that ended us. */
function interruptProcess(): void {
  process.kill(process.pid, 'SIGINT');
}

/** The prompter for this process. `log` gets one line when an askpass program can't be run. */
export function choosePrompter(
  choice: Omit<PromptChoice, 'hasTerminal' | 'defaultAskpass'>,
  log: (line: string) => void,
): Prompter {
  const hasDefault = process.platform !== 'win32' && existsSync(defaultAskpassPath);
  const defaultAskpass = hasDefault ? defaultAskpassPath : undefined;
  const way = choosePromptWay({ ...choice, hasTerminal: terminalExists(), defaultAskpass });
  switch (way.kind) {
    case 'askpass':
      return createAskpassPrompter({ program: way.program, env: choice.env, log });
    case 'terminal':
      return createTerminalPrompter(openTerminal, choice.interruptible ? interruptProcess : undefined);
    case 'refuse':
      return refusingPrompter(choice.noPrompt ? notWanted : noWay);
  }
}
