// sallyport(1), from the words that `--help` has: in man(7), which all systems with manual pages read.
import {
  aboutUs,
  asSentence,
  type CommandGroup,
  closingWords,
  firstSteps,
  synopsis,
  usageLine,
} from './overview.ts';

/** One line of text, of which nothing is taken for a request or an escape. */
function roff(line: string): string {
  const escaped = line
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('"', '\\(dq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(/[“”…×·’]/g, (character) => letters[character] ?? character);
  return escaped.startsWith('.') ? `\\&${escaped}` : escaped;
}

const letters: Readonly<Record<string, string>> = {
  '“': '\\(lq',
  '”': '\\(rq',
  '’': '\\(cq',
  '…': '...',
  '×': '\\(mu',
  '·': '\\(bu',
};

/** A word of ours in bold, as it is typed. */
const bold = (text: string) => `.B ${roff(text)}`;

const isSetApart = (line: string) => line.startsWith(' ');

/** Lines that are indented stay lines, in columns; others are paragraphs, to be filled. */
function block(text: string): string[] {
  const lines: string[] = [];
  let isOpen = false;
  for (const line of text.split('\n')) {
    if (line !== '' && isSetApart(line) !== isOpen) {
      lines.push(isOpen ? '.fi' : '.nf');
      isOpen = !isOpen;
    }
    lines.push(line === '' ? '.PP' : roff(line));
  }
  return isOpen ? [...lines, '.fi'] : lines;
}

/** A paragraph that follows nothing, or stands before a heading, is none. */
function tidy(lines: readonly string[]): string[] {
  const isHeading = (line = '') => /^\.S[HS]/.test(line);
  const joined = lines.flatMap((line, at) => {
    if (line !== '.PP') return [line];
    // Between `.nf` and `.fi` it would be a line of its own.
    const next = lines[at + 1];
    return next === undefined || isHeading(next) || isHeading(lines[at - 1]) || next === '.PP' ? [] : [line];
  });
  return joined;
}

function commandSection(groups: readonly CommandGroup[]): string[] {
  return groups.flatMap(({ title, commands }) => [
    `.SH ${roff(title.toUpperCase())}`,
    ...commands.flatMap((command) => [
      `.SS ${roff(usageLine(command))}`,
      roff(asSentence(command)),
      '.PP',
      ...block(command.help),
    ]),
  ]);
}

/** The source of sallyport(1). */
export function manualPage(groups: readonly CommandGroup[], version: string): string {
  const lines = [
    '.\\" Made by “sallyport help --man” from the help of the command.'.replace(/[“”]/g, '"'),
    `.TH SALLYPORT 1 "" "sallyport ${version}" "User Commands"`,
    '.SH NAME',
    `sallyport \\- ${roff(aboutUs.replace(/^An/, 'an').replace(/\.$/, ''))}`,
    '.SH SYNOPSIS',
    ...synopsis.flatMap((line, at) => [...(at === 0 ? [] : ['.br']), bold(line)]),
    '.SH DESCRIPTION',
    roff(aboutUs),
    'To begin:',
    ...firstSteps.flatMap(([command, about]) => ['.TP', bold(command), roff(about)]),
    ...commandSection(groups),
    ...Object.entries(closingWords).flatMap(([heading, text]) => [
      `.SH ${roff(heading.toUpperCase())}`,
      ...block(text),
    ]),
    '.SH SEE ALSO',
    '.BR ssh (1),',
    '.BR ssh\\-add (1),',
    '.BR ssh\\-agent (1),',
    '.BR ssh_config (5)',
  ];
  return `${tidy(lines).join('\n')}\n`;
}
