// What the words mean that window, prompts, command and documentation use: one text for all of them.

export interface GlossaryEntry {
  readonly word: string;
  /** Plain sentences; other words of this list may occur. */
  readonly meaning: string;
}

/** In the order in which one leads to the next. */
export const glossary: readonly GlossaryEntry[] = [
  {
    word: 'Key',
    meaning:
      'What you log in with instead of a password. It has two halves: the private one stays with you and signs, the public one is given to servers, which check by it that it was you.',
  },
  {
    word: 'Fingerprint',
    meaning:
      'A short name for a key, computed from the key itself (“SHA256:…”). Two keys with the same fingerprint are the same key.',
  },
  {
    word: 'Comment',
    meaning: 'What somebody has called a key. Anybody can call a key anything, so it proves nothing.',
  },
  {
    word: 'Passphrase',
    meaning:
      'What a key file is encrypted with. Who finds the file can do nothing with it without the passphrase. It never leaves this computer.',
  },
  {
    word: 'Agent',
    meaning: 'The program that keeps your keys and signs with them for other programs. Sallyport is one.',
  },
  {
    word: 'Signature',
    meaning:
      'What a private key makes: for a login, a Git commit or a file. A program asks for it and never gets the key.',
  },
  {
    word: 'Door',
    meaning:
      'A way by which programs on this computer reach Sallyport: a pipe for OpenSSH, another for PuTTY, a socket. No door is open to the network.',
  },
  {
    word: 'Destination',
    meaning: 'The server that a login goes to, and the user name there.',
  },
  {
    word: 'Host key',
    meaning:
      'The key by which a server proves which one it is. Your programs remember it after the first login.',
  },
  {
    word: 'Forwarded',
    meaning:
      'A request that comes from another machine on which you are logged in with agent forwarding. Whoever controls that machine can ask for signatures, too.',
  },
  {
    word: 'Verified',
    meaning: 'Proved by a key or a signature. The program that asks can’t make it up.',
  },
  {
    word: 'Observed',
    meaning:
      'Seen by Sallyport on this computer: the program at the other end, or where it is connected to. True at that moment, but no proof.',
  },
  {
    word: 'Claimed',
    meaning:
      'Only said: by the program that asks, by another machine, or written in the key file. It may be wrong.',
  },
  {
    word: 'Locked',
    meaning:
      'Nothing is signed until you unlock Sallyport. Passphrases have to be typed again, and remembered answers are forgotten.',
  },
  {
    word: 'Certificate',
    meaning:
      'A statement about a key, signed by an authority: whose it is, for which user names, and until when. A server that trusts the authority needs to know none of its keys.',
  },
  {
    word: 'Token',
    meaning:
      'A smart card or a stick that keeps keys and signs by itself. The keys never leave it; it asks for its PIN.',
  },
  {
    word: 'Security key',
    meaning: 'A stick that signs when you touch it (FIDO2), as many websites use it, too.',
  },
  {
    word: 'Rule',
    meaning:
      'What you have laid down for requests of one kind: allow, ask or deny. The first rule that fits decides; where none does, the level of the key.',
  },
  {
    word: 'Level',
    meaning: 'When you are asked before a key is used, as long as no rule says otherwise.',
  },
];
