// Entry of the bundle that runs the core's tests in node.exe.
/// <reference types="vite/client" />
// The profile's own test asks which vitest project runs it, which has no meaning here; fuzzer and model say the same on
// every system and take minutes. That of the encodings replaces a decoder and reads files, as only vitest lets it.
import.meta.glob(
  [
    '../../main/agent/**/*.test.ts',
    '../../main/keys/**/*.test.ts',
    '!**/boringssl-profile.test.ts',
    '!**/passphrase-encodings.test.ts',
    '!**/fuzz/**',
    '!**/model/**',
  ],
  { eager: true },
);
