// What the person laid down, in words: the window and the command say the same of a rule.

import type { EffectiveRule } from './effective-rule.ts';
import { readRelayedName } from './relayed-program.ts';

/** A piece of a sentence: words of ours, or text of others, which who shows it makes safe. */
export type RulePiece =
  | string
  | {
      readonly of: 'user' | 'namespace' | 'destination' | 'key' | 'program' | 'place';
      readonly text: string;
    };

const actions = { allow: 'Allow', ask: 'Ask about', deny: 'Deny' } as const;
const purposes = {
  login: 'logins',
  sshsig: 'SSH signatures',
  unknown: 'signatures of an unknown kind',
} as const;
const origins = {
  local: 'from this computer',
  forwarded: 'from other machines',
  any: 'from anywhere',
} as const;

function purposePieces({ purposes: about, user, namespace }: EffectiveRule): readonly RulePiece[] {
  if (user !== undefined) return ['logins as ', { of: 'user', text: user }];
  if (namespace !== undefined) return ['signatures for ', { of: 'namespace', text: namespace }];
  const all = Object.keys(purposes).length;
  return [about.length === all ? 'every use' : about.map((purpose) => purposes[purpose]).join(' and ')];
}

function programPieces(program: string | undefined): readonly RulePiece[] {
  if (program === undefined) return [', by any program'];
  const { place, executable } = readRelayedName(program) ?? {};
  if (place === undefined || executable === undefined) return [', by ', { of: 'program', text: program }];
  return [
    ...[', by ', { of: 'program', text: executable } as const],
    ...[' in ', { of: 'place', text: place } as const, ' as a relay says'],
  ];
}

/** What the rule does to which requests, as a sentence. */
export function ruleSentence(rule: EffectiveRule): readonly RulePiece[] {
  const { action, destination, key, program, origin } = rule;
  return [
    `${actions[action]} `,
    ...purposePieces(rule),
    ...(destination === undefined ? [] : [' to ', { of: 'destination', text: destination } as const]),
    ...(key === undefined ? [' with any key'] : [' with the key ', { of: 'key', text: key } as const]),
    ...programPieces(program),
    `, ${origins[origin]}.`,
  ];
}

/** Of a stored rule that is not understood; `problem` is the rest of a sentence. */
export const unreadableSentence = (problem: string) =>
  `This stored rule is not understood: ${problem}. Whatever it may be about is asked.`;

/** Of a rule after another that decides all that it is about; `other` is what the person knows that one by. */
export const neverCountsSentence = (other: string) =>
  `Never counts: rule ${other}, before it, decides all of this. Move it up, or remove one of the two.`;

/** What a level is called in the file of rules and on the command line, as the rest of a sentence. */
export const askLevelNames = 'never, forwarded, new or always';

/** A level in a sentence that begins with "Ask before use:". */
export const askLevelWords = {
  never: 'Never',
  forwarded: 'Only for requests from other machines',
  new: 'When something is new',
  always: 'Always',
  unreadable: 'Not understood: always',
} as const;
