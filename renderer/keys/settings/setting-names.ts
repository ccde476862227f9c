// The settings by name, for the search; a test holds it to what the section shows.

export const settingNames: readonly string[] = [
  'Start when I sign in',
  'Load my keys again at the next start',
  'Lock with my Windows session',
  'Lock when the computer sleeps',
  'Lock when the computer is not used',
  'Ask before a key is used',
  'Keys offered to a host that is known',
  'Allow RSA signatures with SHA-1',
  'Keep a key unlocked',
  'Wait for “Allow” or “Deny”',
  'Wait for a passphrase',
  'Hide questions from screenshots and screen sharing',
  'Notify me when a key is used',
];
