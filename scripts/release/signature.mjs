// The signature of SHA256SUMS: an SSHSIG, made by ssh-keygen with a key that an agent holds.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checksumsName, signatureName } from './checksums.mjs';

/** A signature for one purpose says nothing for another: who signs commits by the same key signs no release by that. */
const namespace = 'sallyport-release';
/** As allowed_signers names whoever may sign. */
const principal = 'release';

function sshKeygen(args, options) {
  const { status, stdout, stderr, error } = spawnSync('ssh-keygen', args, { encoding: 'utf8', ...options });
  if (error) throw new Error(`ssh-keygen can't be run: ${error.message}`);
  // It says on either why it does not verify.
  return { isOk: status === 0, said: `${stderr}${stdout ?? ''}`.trim() };
}

/** Throws an Error unless the signature in `dir` is of one whom the file `signers` allows. */
export function checkSignature(dir, signers) {
  const { isOk, said } = sshKeygen(
    [
      ...['-Y', 'verify', '-f', signers, '-I', principal, '-n', namespace],
      ...['-s', join(dir, signatureName)],
    ],
    { input: readFileSync(join(dir, checksumsName)) },
  );
  if (!isOk) throw new Error(`${signatureName} is not of a key in ${signers} (ssh-keygen: ${said})`);
}

/** Signs by the agent of SSH_AUTH_SOCK with the key whose public half is the file `key`. */
export function makeSignature(dir, { key, signers }) {
  const signature = join(dir, signatureName);
  rmSync(signature, { force: true });
  const { isOk, said } = sshKeygen(['-Y', 'sign', '-f', key, '-n', namespace, join(dir, checksumsName)], {
    stdio: ['inherit', 'inherit', 'pipe'],
  });
  if (!isOk) throw new Error(`nothing was signed (ssh-keygen: ${said})`);
  try {
    checkSignature(dir, signers);
  } catch (error) {
    rmSync(signature);
    throw error;
  }
}
