// A list of keys by OpenSSH's own program, as ssh would ask for it.
import type { SelfTest } from '../../../ipc/contract/use-with.ts';
import { foreignName } from '../../../text/foreign-text.ts';
import type { Surroundings } from '../changes/surroundings.ts';

/** Asks the agent at `address`. `asker` is who would ask there: `ssh`. Never rejects. */
export async function listKeys(
  around: Surroundings,
  sshAdd: string,
  { asker, address }: { readonly asker: string; readonly address: string },
): Promise<SelfTest> {
  const { code, output } = await around.run(sshAdd, ['-l'], { env: { SSH_AUTH_SOCK: address } });
  const at = `the agent at ${foreignName(address)}`;
  // 1: it answered, and has no key; 2: it did not answer (ssh-add(1)).
  if (code !== 0 && code !== 1)
    return {
      isWorking: false,
      message: `${asker} asks ${at}, which did not answer ${foreignName(sshAdd)}. ${around.doorsPlace} says more of it.`,
    };
  const count = code === 1 ? 0 : output.split('\n').filter((line) => line.trim() !== '').length;
  const keys = count === 1 ? '1 key' : `${count} keys`;
  return { isWorking: true, message: `${asker} asks ${at}: ${foreignName(sshAdd)} lists ${keys} there.` };
}
