// What a new shell knows after it has read its files, and what ssh-add says there.
import type { SelfTest } from '../../../ipc/contract/use-with.ts';
import { foreignName } from '../../../text/foreign-text.ts';
import type { Surroundings } from '../changes/surroundings.ts';

const mark = 'sallyport-set-up';

/** How the shell is started: `shell` by its whole path, with `option` before a command. */
export interface AskedShell {
  readonly shell: string;
  readonly option: string;
}

/** Never rejects. `address` is what the shell should name. By words that sh, bash, zsh and fish understand alike. */
export async function askShell(
  around: Surroundings,
  { shell, option }: AskedShell,
  address: string,
): Promise<SelfTest> {
  const told = (command: string) =>
    around.run(shell, [option, command], { env: { SSH_AUTH_SOCK: '', SSH_CONNECTION: '' } });
  const named = await told(`printf '\\n%s %s\\n' ${mark} "$SSH_AUTH_SOCK"`);
  const lines = named.output.split('\n').map((line) => line.trimEnd());
  const [, ...words] = lines.find((line) => line.startsWith(`${mark} `))?.split(' ') ?? [];
  const name = words.join(' ');
  if (name !== address)
    return {
      isWorking: false,
      message: name
        ? `A new shell names ${foreignName(name)}, not Sallyport.`
        : 'A new shell is not told of Sallyport.',
    };
  const { code, output } = await told('ssh-add -l');
  // 0: keys, 1: none, 2: no agent (ssh-add(1)).
  const isWorking = code === 0 || code === 1;
  const count = output.split('\n').filter((line) => / \([\w-]+\)\r?$/.test(line)).length;
  const answer = isWorking
    ? `ssh-add lists ${count === 1 ? '1 key' : `${count} keys`} there`
    : code === 127
      ? 'but it has no ssh-add, so nothing can be listed'
      : 'ssh-add gets no answer there';
  return { isWorking, message: `A new shell names ${foreignName(address)}: ${answer}.` };
}
