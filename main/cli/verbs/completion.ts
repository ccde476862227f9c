// `sallyport completion`: the script by which a shell completes our command line, and what that script asks.
import { doorKinds, doorNames } from '../../doors/door-kinds.ts';
import { Completer } from '../completion/complete.ts';
import { knownHostsToOffer } from '../completion/known-hosts-to-offer.ts';
import { runningFacts } from '../completion/running-facts.ts';
import { completionLines, shellScripts } from '../completion/shell-scripts.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, exitCode, UsageError } from '../parts/command.ts';
import type { OptionDeclarations } from '../parts/options.ts';

type ShellName = keyof typeof shellScripts;

const shells = Object.keys(shellScripts) as readonly ShellName[];

/** Not for people: what the scripts hand over. An option, as some shells lose an argument that is empty. */
const options = { current: { type: 'string' } } as const satisfies OptionDeclarations;

const doors = doorNames.flatMap((name) => {
  const { existsOn, takesPath } = doorKinds[name];
  const isHere = existsOn === 'all systems' || (existsOn === 'windows') === (process.platform === 'win32');
  return isHere ? [takesPath ? `${name}=` : name] : [];
});

/** The verb for those that `loadCommands` loads, which it is one of. */
export function completionCommand(loadCommands: () => Promise<readonly Command[]>): Command {
  return {
    name: 'completion',
    usage: shells.join('|'),
    summary: 'print the script by which your shell completes verbs, options and keys',
    options,
    operands: { list: [shells] },
    help: `With it the Tab key offers verbs, options, files, the keys and rules of the running agent, and the
hosts in known_hosts and in ssh's config.

  bash        in ~/.bashrc:     source <(sallyport completion bash)
  zsh         in ~/.zshrc:      source <(sallyport completion zsh)     (below compinit)
  fish        in ~/.config/fish/config.fish:   sallyport completion fish | source
  powershell  in the file that $PROFILE names:
              sallyport completion powershell | Out-String | Invoke-Expression`,
    async run(args, io) {
      const { values, positionals } = parseArguments({ args: [...args], options, allowPositionals: true });
      const [what, ...words] = positionals;
      if (what === 'words') {
        const commands = await loadCommands();
        const completer = new Completer(commands, runningFacts(io), doors, () => knownHostsToOffer(io.env));
        await io.printAsIs(completionLines(await completer.complete(words, values.current ?? '')));
        return exitCode.ok;
      }
      const shell = shells.find((name) => name === what);
      if (shell === undefined || words.length > 0) throw new UsageError(`Name one of ${shells.join(', ')}.`);
      await io.printAsIs(shellScripts[shell]);
      return exitCode.ok;
    },
  };
}
