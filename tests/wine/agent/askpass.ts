// The person at the agent's askpass program: sees questions, answers them, and sees them go.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { projectDir, windowsPath } from '../lane/paths.ts';
import { compileWindowsC, laneWorkDir } from '../lane/windows-program.ts';

export class Question {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  get text(): string {
    return readFileSync(`${this.#base}.asked`, 'utf8');
  }

  answer(passphrase: string): void {
    this.#end(`0${passphrase}\n`);
  }

  cancel(): void {
    this.#end('1');
  }

  /** Resolves when the program has gone without an answer. */
  async closed(): Promise<void> {
    const size = () => statSync(`${this.#base}.alive`).size;
    await expect
      .poll(async () => {
        const before = size();
        await delay(1000);
        return size() - before;
      })
      .toBe(0);
  }

  #end(content: string): void {
    // Complete when it gets its name.
    writeFileSync(`${this.#base}.writing`, content);
    renameSync(`${this.#base}.writing`, `${this.#base}.answer`);
  }
}

export class Askpass {
  /** Windows path of the program. */
  readonly program = windowsPath(compileWindowsC(join(projectDir, 'tests/wine/clients/askpass.c')));
  readonly env: Record<string, string>;
  readonly #dir = join(laneWorkDir(), `questions-${randomUUID()}`);
  readonly #seen = new Set<string>();

  constructor() {
    mkdirSync(this.#dir, { recursive: true });
    this.env = { ASKPASS_DIR: windowsPath(this.#dir) };
  }

  /** The next question that was not handed out before. */
  async next(): Promise<Question> {
    await expect.poll(() => this.unseen.length).toBeGreaterThan(0);
    const [name = ''] = this.unseen;
    this.#seen.add(name);
    return new Question(join(this.#dir, name));
  }

  /** Questions that nobody has taken yet. */
  get unseen(): string[] {
    return readdirSync(this.#dir)
      .filter((name) => name.endsWith('.asked'))
      .map((name) => name.slice(0, -'.asked'.length))
      .filter((name) => !this.#seen.has(name));
  }
}
