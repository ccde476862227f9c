// What clients of OpenSSH ask of an agent about keys on tokens.
import { type ProgramResult, run } from './run-program.ts';
import type { Workspace } from './workspace.ts';

/** As much of an agent as a client needs. */
interface Through {
  readonly env: Readonly<Record<string, string>>;
}

/** The public keys that it lists, each as its line. */
export async function listedKeys({ env }: Through): Promise<string[]> {
  const { stdout } = await run('ssh-add', ['-L'], { env });
  return stdout.split('\n').filter((line) => line.includes(' AAAA'));
}

/** `ssh-add -s` or `-e`, with the PIN, or for `-x` the passphrase, that it asks for. */
export async function sshAdd(
  space: Workspace,
  through: Through,
  args: readonly string[],
  pin = '',
): Promise<ProgramResult> {
  const program = await space.write('pin-for-ssh-add', `#!/bin/sh\necho '${pin}'\n`, 0o700);
  const env = { ...through.env, SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':none' };
  return run('ssh-add', args, { env });
}

export const isSigned = ({ code, stdout }: ProgramResult): boolean =>
  code === 0 && stdout.startsWith('-----BEGIN SSH SIGNATURE-----');
