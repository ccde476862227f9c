// More keys kept encrypted, made by puttygen with a cheap key derivation.

const blobOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

export const otherEncryptedKeys = [
  {
    passphrase: 'second',
    blob: blobOf('AAAAC3NzaC1lZDI1NTE5AAAAIHOredhr5A+wpw7PTyAsPCo+Nh88qRFKUIV9JUMZ7vKD'),
    file: `PuTTY-User-Key-File-3: ssh-ed25519
Encryption: aes256-cbc
Comment: second
Public-Lines: 2
AAAAC3NzaC1lZDI1NTE5AAAAIHOredhr5A+wpw7PTyAsPCo+Nh88qRFKUIV9JUMZ
7vKD
Key-Derivation: Argon2id
Argon2-Memory: 512
Argon2-Passes: 2
Argon2-Parallelism: 1
Argon2-Salt: c3391563e52935dff9826de7cc033e54
Private-Lines: 1
SI0PkQczu0X5dYwafBPjOh8AkM8Wi8FdQYrA6n3iCyfvOyOlOFlzXISHlgBhDqWt
Private-MAC: bbb808a12e78b473f4697fa9b3615e8d576c8ffbc8d115a590bde1135b9644b6
`,
  },
  {
    passphrase: 'third',
    blob: blobOf(
      'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA3xlCWV3rDmuPi/k5JuT3yYjF8rP/ytnj+eoeaFO02VUWbJIvFTrl3FOHbih990KhHU5lTKX9/etNRUeS8qaCQ=',
    ),
    file: `PuTTY-User-Key-File-3: ecdsa-sha2-nistp256
Encryption: aes256-cbc
Comment: third
Public-Lines: 3
AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA3xlCWV3rDm
uPi/k5JuT3yYjF8rP/ytnj+eoeaFO02VUWbJIvFTrl3FOHbih990KhHU5lTKX9/e
tNRUeS8qaCQ=
Key-Derivation: Argon2id
Argon2-Memory: 512
Argon2-Passes: 2
Argon2-Parallelism: 1
Argon2-Salt: a6bd50d142568be5ebe753080b55b2e3
Private-Lines: 1
mONYOjq3yHHjUVSnFVCnV8bkeeCbKQNE9yffLYC2Y67g0ywaXxouB6dgA8j6NLZm
Private-MAC: 0715241f300a1cfbf3e025adaf09a5be5e263059f9d88b3a98a28cd64480e139
`,
  },
] as const;

/** The key of pageant-vectors.ts under another passphrase. */
export const otherPassphrase = 'other';
export const otherPassphrasePpk = `PuTTY-User-Key-File-3: ssh-ed25519
Encryption: aes256-cbc
Comment: enc eddsa 255
Public-Lines: 2
AAAAC3NzaC1lZDI1NTE5AAAAIA3ZW3+llg9CkzNvmjNaesA5m/RwOla9B1UpLGl7
lQ0z
Key-Derivation: Argon2id
Argon2-Memory: 512
Argon2-Passes: 2
Argon2-Parallelism: 1
Argon2-Salt: aad8f2214bcdae36896973e18476eb2c
Private-Lines: 1
QAQtfy/0KfViCycADX7s+9pOzcGrCT4nbgPXB/crYKxzoK34VfDeRGMzpsCD/HKo
Private-MAC: 178b23bc96b4e45f91df4c715b878cfd81fdf1162ef20cdad6cea5fd1909a464
`;
