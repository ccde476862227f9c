// `sallyport config wsl --set-up` and `--remove`: what would be changed in distributions is shown, and then done.
import { foreignName, foreignText } from '../../../text/foreign-text.ts';
import { changedLines } from '../../use-with/wsl/changed-lines.ts';
import type { Wsl } from '../../use-with/wsl/wsl.ts';
import { WslError, type WslFileChange, type WslPlan } from '../../use-with/wsl/wsl-plan.ts';
import { prompterOf } from '../parts/ask-passphrase.ts';
import { CommandError, type CommandIo, exitCode } from '../parts/command.ts';

export interface WslWish {
  readonly does: 'set-up' | 'remove';
  /** Undefined: all that there are. */
  readonly distribution: string | undefined;
  /** Only say what would be changed. */
  readonly isDry: boolean;
  readonly isAgreed: boolean;
}

const maxCharacters = 1000;
const never = new AbortController().signal;

function shownLines(file: WslFileChange): readonly string[] {
  const { removed, added } = changedLines(file);
  const shown = (lines: readonly string[], mark: string) =>
    lines.map((line) => `    ${mark} ${foreignText(line, maxCharacters)}`);
  return [...shown(removed, '-'), ...shown(added, '+')];
}

function planLines({ distribution, files, listener }: WslPlan): readonly string[] {
  if (files.length === 0)
    return [`${distribution}: ${listener ? 'is set up already.' : 'nothing of Sallyport is there.'}`];
  const way = { systemd: 'systemd takes the connections', socat: 'socat takes the connections' };
  return [
    `${distribution}:${listener ? ` ${way[listener]}.` : ''}`,
    ...files.flatMap((file) => {
      const what = file.before === undefined ? 'made' : file.after === undefined ? 'removed' : 'changed';
      return [`  ${foreignName(`~/${file.path}`)} is ${what}:`, ...shownLines(file)];
    }),
  ];
}

async function changeAll(wsl: Wsl, io: CommandIo, wish: WslWish): Promise<number> {
  const { does, distribution, isDry, isAgreed } = wish;
  const names = distribution === undefined ? await wsl.distributions() : [distribution];
  if (names.length === 0) throw new CommandError('WSL has no distribution of yours.');
  const plans: WslPlan[] = [];
  for (const name of names)
    plans.push(await (does === 'set-up' ? wsl.planSetUp(name) : wsl.planRemoval(name)));
  await io.print(...plans.flatMap(planLines));
  const toDo = plans.filter(({ files }) => files.length > 0);
  if (isDry || toDo.length === 0) return exitCode.ok;
  if (!isAgreed && !(await prompterOf(io).confirm('Change this?', never)))
    throw new CommandError('Nothing was changed, as nobody said yes. --yes says it beforehand.');
  for (const plan of toDo) {
    await wsl.apply(plan);
    const done =
      does === 'set-up' ? 'is set up. It holds for new shells.' : 'has nothing of Sallyport any more.';
    await io.print(`${plan.distribution} ${done}`);
  }
  return exitCode.ok;
}

/** Resolves with the exit code; rejects with CommandError where it can't be done. */
export async function configureWsl(wsl: Wsl, io: CommandIo, wish: WslWish): Promise<number> {
  try {
    return await changeAll(wsl, io, wish);
  } catch (error: unknown) {
    throw error instanceof WslError ? new CommandError(error.message) : error;
  }
}
