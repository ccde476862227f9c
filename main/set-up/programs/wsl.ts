// The distributions of WSL, each a program of its own.
import type { SelfTest } from '../../../ipc/contract/use-with.ts';
import { type Wsl, WslSlowError } from '../../use-with/wsl/wsl.ts';
import { WslError } from '../../use-with/wsl/wsl-plan.ts';
import type { Surroundings } from '../changes/surroundings.ts';
import { toldOfWsl, wslChangeOf } from '../changes/wsl-change.ts';
import type { Program, ProgramGroup, ProgramLook } from './program.ts';

/** How the ids of distributions begin. */
export const wslIdStart = 'wsl-';

const group = { id: 'wsl', title: 'WSL' } as const;

const maxSlug = 40;
const slugOf = (distribution: string) =>
  distribution
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, maxSlug);

async function lookInto(wsl: Wsl, distribution: string): Promise<ProgramLook> {
  if (!(await toldOfWsl(wsl.running())).includes(distribution))
    return {
      status: 'blocked',
      sentence: `${distribution} is not running, and Sallyport starts none only to look. Open a terminal of it, then come back here.`,
    };
  const plan = await toldOfWsl(wsl.planSetUp(distribution));
  if (plan.files.length === 0)
    return {
      status: 'works',
      sentence: `Programs in ${distribution} ask Sallyport; shells, once they are opened anew.`,
    };
  return {
    status: 'can',
    sentence: `Set up, ssh, Git and other programs in ${distribution} ask Sallyport, and prompts name them.`,
    changes: [wslChangeOf(plan)],
    notes: ['It holds for shells that are opened from then on.'],
  };
}

async function testOf(wsl: Wsl, distribution: string): Promise<SelfTest> {
  const count = await toldOfWsl(wsl.countKeys(distribution));
  if (count === undefined)
    return {
      isWorking: false,
      message: `No agent answered ssh-add in ${distribution} at ~/.ssh/sallyport.sock. Set it up; if it is, open a new shell there.`,
    };
  return {
    isWorking: true,
    message: `ssh-add in ${distribution} asks Sallyport through the relay, and lists ${count === 1 ? '1 key' : `${count} keys`} there.`,
  };
}

const distributionProgram = (wsl: Wsl, id: string, distribution: string): Program => ({
  id,
  title: `${distribution} (WSL)`,
  summary: 'files and lines in a distribution of WSL',
  look: () => lookInto(wsl, distribution),
  test: () => testOf(wsl, distribution),
});

const noneOf = (sentence: string, status: ProgramLook['status'] = 'missing'): Program => ({
  ...group,
  summary: '',
  look: async () => ({ status, sentence }),
  test: async () => ({ isWorking: false, message: sentence }),
});

/** Those that there are now; one that says why where there is none. */
async function find({ wsl }: Surroundings): Promise<readonly Program[]> {
  if (wsl === undefined) return [];
  try {
    const names = await wsl.distributions();
    const slugs = names.map(slugOf);
    if (names.length === 0) return [noneOf('WSL has no distribution of yours: “wsl --install” brings one.')];
    return names.map((name, index) => {
      const slug = slugs[index] ?? '';
      // Two that differ in signs alone.
      const isFirst = slugs.indexOf(slug) === index;
      return distributionProgram(wsl, `${wslIdStart}${slug}${isFirst ? '' : `-${index}`}`, name);
    });
  } catch (error: unknown) {
    if (error instanceof WslSlowError)
      return [
        noneOf(
          `${error.message} If no terminal of Linux opens either, “wsl --shutdown” may help.`,
          'blocked',
        ),
      ];
    if (!(error instanceof WslError)) throw error;
    return [noneOf('WSL is not installed, or has no distribution: “wsl --install” brings both.')];
  }
}

/** Nothing where it can't be set up: not on Windows, or from a program whose command doesn't stay. */
export const wslGroup: ProgramGroup = { ...group, isHere: ({ wsl }) => wsl !== undefined, find };
