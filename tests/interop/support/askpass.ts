// A program for SSH_ASKPASS that asks the test: a real process, which ends with the answer or when it is killed.
import { constants, readdirSync, readFileSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, isAlive } from './eventually.ts';
import type { Workspace } from './workspace.ts';

const script = (dir: string) => `#!/bin/sh
# Writes the question down and waits for a line with the exit status and a line with the answer.
cd '${dir}' || exit 1
mkfifo "$$.answer"
printf '%s' "$1" > "$$.text"
printf '%s' "\${SSH_ASKPASS_PROMPT-passphrase}" > "$$.kind"
: > "$$.asked"
{ read -r status; cat; } < "$$.answer"
exit "$status"
`;

export class AskpassQuestion {
  readonly pid: number;
  readonly text: string;
  /** What SSH_ASKPASS_PROMPT says; "passphrase" when it is not set. */
  readonly kind: string;
  readonly #fifo: string;

  constructor(dir: string, pid: number) {
    this.pid = pid;
    // As it was before long lines were broken for a narrow dialogue.
    this.text = readFileSync(join(dir, `${pid}.text`), 'utf8').replaceAll('\n    ', '');
    this.kind = readFileSync(join(dir, `${pid}.kind`), 'utf8');
    this.#fifo = join(dir, `${pid}.answer`);
  }

  get isOpen(): boolean {
    return isAlive(this.pid);
  }

  /** The person types a line and presses OK. */
  async answer(line: string, status = 0): Promise<void> {
    const file = await eventually('the askpass program reads its answer', () =>
      // Not to be held up for ever by a program that is gone.
      open(this.#fifo, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined),
    );
    await file.write(`${status}\n${line}${line && '\n'}`);
    await file.close();
  }

  cancel(): Promise<void> {
    return this.answer('', 1);
  }

  /** Resolves when the program has gone from the screen. */
  async closed(): Promise<void> {
    await eventually('the askpass program ends', () => !this.isOpen);
  }
}

export class Askpass {
  readonly program: string;
  readonly #dir: string;
  readonly #seen = new Set<number>();

  private constructor(program: string, dir: string) {
    this.program = program;
    this.#dir = dir;
  }

  static async install(space: Workspace, name: string): Promise<Askpass> {
    const dir = space.path(`${name}-questions`);
    await mkdir(dir);
    return new Askpass(await space.write(name, script(dir), 0o700), dir);
  }

  /** The next question that was not handed out before. */
  async next(): Promise<AskpassQuestion> {
    const pid = await eventually('a question by askpass', () => this.#unseen()[0]);
    this.#seen.add(pid);
    return new AskpassQuestion(this.#dir, pid);
  }

  /** How many questions nobody has taken yet. */
  get waiting(): number {
    return this.#unseen().length;
  }

  #unseen(): number[] {
    return readdirSync(this.#dir)
      .filter((name) => name.endsWith('.asked'))
      .map((name) => Number.parseInt(name, 10))
      .filter((pid) => !this.#seen.has(pid));
  }
}
