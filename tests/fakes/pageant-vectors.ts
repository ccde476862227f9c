// The test vectors of PuTTY's own tools for one Ed25519 key; the passphrase is `pass1`.

export const pageantPassphrase = 'pass1';

const publicLines = `Public-Lines: 2
AAAAC3NzaC1lZDI1NTE5AAAAIA3ZW3+llg9CkzNvmjNaesA5m/RwOla9B1UpLGl7
lQ0z`;

export const encryptedPpk3 = `PuTTY-User-Key-File-3: ssh-ed25519
Encryption: aes256-cbc
Comment: enc eddsa 255
${publicLines}
Key-Derivation: Argon2id
Argon2-Memory: 8192
Argon2-Passes: 2
Argon2-Parallelism: 1
Argon2-Salt: 5debb9690dd98833f7b193247e84fcf5
Private-Lines: 1
CJk2m5AL5x2evrsJXGnX7gfbMhUN3aJ6o/Eye3lUfcjUSWuEBW5fkzkOqfx3A/8T
Private-MAC: ace66fa74e5d9287f39cf8923037270ee521ef3a14fc91020f67cabe3d5ca2b2
`;

export const clearPpk3 = `PuTTY-User-Key-File-3: ssh-ed25519
Encryption: none
Comment: enc eddsa 255
${publicLines}
Private-Lines: 1
AAAAIBe5Ip9LamOkTHoUNK8L6utHQ8mKcpH/MX+PJA9mlE1X
Private-MAC: ba34287b896072277f5c43b2df452071b1b1b9e7674df00373ef26afc6ec4fab
`;

export const encryptedPpk2 = `PuTTY-User-Key-File-2: ssh-ed25519
Encryption: aes256-cbc
Comment: enc eddsa 255
${publicLines}
Private-Lines: 1
XP+1qq2xxM6NjrrMOuYeZIPCXbFeBZj5CT5f3dPPQ+W65sXtXjhCSbmiWl3Y+fw4
Private-MAC: 34a79f435556e359960df6b31ae7f3be064a9483
`;

export const pageantBlob = new Uint8Array(
  Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIA3ZW3+llg9CkzNvmjNaesA5m/RwOla9B1UpLGl7lQ0z', 'base64'),
);

/** Without its length prefix: sign `hello`, flags 0. */
export const signHelloRequest = Uint8Array.from(
  Buffer.from(
    '0d000000330000000b7373682d65643235353139000000200dd95b7fa5960f4293336f9a335a7ac0399bf4703a56bd0755292c697b950d330000000568656c6c6f00000000',
    'hex',
  ),
);

export const signHelloReply =
  '0e000000530000000b7373682d6564323535313900000040cf979832ad0526bd19f85073106d047b306cf5d897b34fd227514d10501dee3391ba14e67229731b28df715b1ab23487ec50bac56a713994c7f34abb41849405';
