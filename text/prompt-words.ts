// What the person is told of a request, in words: the window and the terminal say the same.

/** Why what a program said about its SSH sessions does not hold together, as a sentence. */
export const pathProblemSentences = {
  'bind-refused': 'The program tried to bind this connection to an SSH session and the proof was wrong.',
  'may-be-forwarded':
    'The program passes on requests of other machines by messages that do not tell which, so this may be one.',
  'other-session': 'The login is for another SSH session than the one that this connection was bound to.',
  'other-host': 'The login names another host key than the one that this connection was bound to.',
} as const;

/** Whose word it is that a program stands behind a relay, within a sentence. */
export const asRelaySays = 'as the relay says';

/** What a "yes" to something new is for, beside what was shown; within a sentence. */
export const notAskedAgain = (isLogin: boolean) =>
  `this program is not asked about again for this key ${isLogin ? 'at this user and host' : 'and such signatures'} until Sallyport is locked`;

/** Where the name of a host comes from, within a sentence. */
export const hostNameSources = { known_hosts: 'known_hosts', putty: "PuTTY's host keys" } as const;
