// `sallyport --help` and `sallyport VERB --help`.
import type { Command } from '../parts/command.ts';

export interface CommandGroup {
  /** Above its verbs. */
  readonly title: string;
  readonly commands: readonly Command[];
}

export const synopsis = [
  'sallyport',
  'sallyport VERB [options]',
  'sallyport help VERB',
  'sallyport help words',
] as const;

export const aboutUs = 'An SSH agent, and a client for any SSH agent.';

const isWindows = process.platform === 'win32';

/** What a newcomer types, and what comes of it. */
export const firstSteps: readonly (readonly [string, string])[] = [
  isWindows
    ? ['sallyport agent', 'start an agent where the tray application does not run']
    : ['eval "$(sallyport agent --background)"', 'start an agent, and tell this shell of it'],
  ['sallyport add', 'add your usual keys (~/.ssh/id_ed25519, id_rsa …)'],
  ['sallyport', 'say what state things are in, and what to do next'],
];

/** Blocks of text that are the same on a screen and in the manual page, by their headings. */
export const closingWords = {
  'where the agent is found': `All verbs but "agent", "generate" and "completion" talk to the agent at SSH_AUTH_SOCK, or else to
the one at the platform's default place.`,
  passphrases: `They are asked for on the terminal, or by the program in SSH_ASKPASS when there is no terminal or
SSH_ASKPASS_REQUIRE says so.`,
  'exit codes': `  0  done
  1  refused or failed
  2  the command line makes no sense
  3  no agent answers`,
} as const;

const columns = (rows: readonly (readonly [string, string])[], width: number) =>
  rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');

/** All verbs, and where to begin. */
export function overview(groups: readonly CommandGroup[]): string {
  const nameWidth = Math.max(...groups.flatMap(({ commands }) => commands.map(({ name }) => name.length)));
  const stepWidth = Math.max(...firstSteps.map(([command]) => command.length));
  return [
    `usage: ${synopsis.join('\n       ')}`,
    aboutUs,
    `to begin:\n${columns(firstSteps, stepWidth)}`,
    ...groups.map(
      ({ title, commands }) =>
        `${title}:\n${columns(
          commands.map(({ name, summary }) => [name, summary]),
          nameWidth,
        )}`,
    ),
    ...Object.entries(closingWords).map(
      ([heading, text]) => `${heading}:\n${text.replace(/^(?! )/gm, '  ')}`,
    ),
  ].join('\n\n');
}

export const usageLine = ({ name, usage }: Command) => ['sallyport', name, usage].filter(Boolean).join(' ');

export const asSentence = ({ summary }: Command) => `${summary[0]?.toUpperCase()}${summary.slice(1)}.`;

/** What `sallyport VERB --help` says. */
export function helpFor(command: Command): string {
  return `usage: ${usageLine(command)}\n\n${asSentence(command)}\n\n${command.help}`;
}
