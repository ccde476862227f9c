// The conversation on a terminal, with a terminal made of a function.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Terminal } from '../../../main/terminal/open-terminal.ts';
import { createTerminalPrompter } from '../../../main/terminal/terminal-prompter.ts';

class FakeTerminal implements Terminal {
  readonly columns = 79;
  shown = '';
  isOpen = true;
  #listener: ((typed: Uint8Array | undefined) => void) | undefined;

  write(text: string): void {
    this.shown += text;
  }

  read(listener: (typed: Uint8Array | undefined) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = undefined;
    };
  }

  close(): void {
    this.isOpen = false;
  }

  /** Returns the bytes as they are afterwards. */
  type(text: string): Uint8Array {
    const bytes = new Uint8Array(Buffer.from(text));
    this.#listener?.(bytes);
    return bytes;
  }

  hangUp(): void {
    this.#listener?.(undefined);
  }
}

const never = new AbortController().signal;

function start() {
  const terminals: FakeTerminal[] = [];
  const prompter = createTerminalPrompter(() => {
    const terminal = new FakeTerminal();
    terminals.push(terminal);
    return terminal;
  });
  const shown = async (index: number): Promise<FakeTerminal> => {
    await vi.advanceTimersByTimeAsync(100);
    return terminals[index]!;
  };
  return { prompter, shown, terminals };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('terminal prompter', () => {
  it('takes only a typed "yes" for consent', async () => {
    const answers = {
      yes: true,
      YES: true,
      ' yes ': true,
      y: false,
      '': false,
      no: false,
      'yes!': false,
      yesyes: false,
    };
    for (const [answer, consent] of Object.entries(answers)) {
      const { prompter, shown } = start();
      const confirmed = prompter.confirm('Allow?', never);
      (await shown(0)).type(`${answer}\r`);
      expect(await confirmed, answer).toBe(consent);
    }
  });

  it('shows the question, and never what is typed', async () => {
    const { prompter, shown } = start();
    const asked = prompter.askPassphrase('Passphrase of k:', never);
    const terminal = await shown(0);
    terminal.type('hunter2\r');
    expect(Buffer.from((await asked)!.bytes).toString()).toBe('hunter2');
    expect(terminal.shown).toBe('Passphrase of k: \n');
    expect(terminal.isOpen).toBe(false);
  });

  it('wipes the bytes that the terminal handed over', async () => {
    const { prompter, shown } = start();
    const asked = prompter.askPassphrase('?', never);
    const chunk = (await shown(0)).type('hunter2\r');
    await asked;
    expect(chunk.every((byte) => byte === 0)).toBe(true);
  });

  it('throws away what was typed before the question was shown', async () => {
    const { prompter, shown, terminals } = start();
    const confirmed = prompter.confirm('Allow?', never);
    await vi.advanceTimersByTimeAsync(0);
    terminals[0]!.type('yes\r');
    const terminal = await shown(0);
    terminal.type('no\r');
    expect(await confirmed).toBe(false);
  });

  it('takes Ctrl-C and the end of the terminal for no', async () => {
    for (const end of [(t: FakeTerminal) => void t.type('\u0003'), (t: FakeTerminal) => t.hangUp()]) {
      const { prompter, shown } = start();
      const asked = prompter.askPassphrase('?', never);
      const terminal = await shown(0);
      end(terminal);
      expect(await asked).toBeUndefined();
      expect(terminal.isOpen).toBe(false);
    }
  });

  it('gives the terminal back when the question is no longer asked', async () => {
    const { prompter, shown } = start();
    const controller = new AbortController();
    const confirmed = prompter.confirm('Allow?', controller.signal);
    const terminal = await shown(0);
    controller.abort();
    expect(await confirmed).toBe(false);
    expect(terminal.isOpen).toBe(false);
    expect(terminal.shown).toContain('No answer is needed any more');
  });

  it('asks one question after the other', async () => {
    const { prompter, shown, terminals } = start();
    const first = prompter.confirm('First?', never);
    const second = prompter.confirm('Second?', never);
    const terminal = await shown(0);
    expect(terminals).toHaveLength(1);
    terminal.type('no\r');
    expect(await first).toBe(false);
    (await shown(1)).type('yes\r');
    expect(await second).toBe(true);
  });

  it('skips a question that was withdrawn while it waited for its turn', async () => {
    const { prompter, shown, terminals } = start();
    const controller = new AbortController();
    const first = prompter.confirm('First?', never);
    const second = prompter.confirm('Second?', controller.signal);
    const terminal = await shown(0);
    controller.abort();
    expect(await second).toBe(false);
    terminal.type('yes\r');
    expect(await first).toBe(true);
    expect(terminals).toHaveLength(1);
  });

  it('refuses when there is no terminal to use', async () => {
    const prompter = createTerminalPrompter(() => undefined);
    expect(await prompter.confirm('?', never)).toBe(false);
    expect(await prompter.askPassphrase('?', never)).toBeUndefined();
  });
});

describe('what is told on a terminal', () => {
  const tell = (prompter: ReturnType<typeof start>['prompter'], text: string) => {
    const ending = new AbortController();
    return { ending, isUnwanted: prompter.tell!(text, ending.signal) };
  };

  it('is there until it is over, and nothing that is typed answers it but Ctrl-C', async () => {
    const { prompter, shown } = start();
    const { ending, isUnwanted } = tell(prompter, 'Touch it.');
    const terminal = await shown(0);
    expect(terminal.shown).toBe('Touch it.\nCtrl-C cancels the signature.\n');
    expect(terminal.type('yes\r').every((byte) => byte === 0)).toBe(true);
    terminal.type('\u001b');
    ending.abort();
    expect(await isUnwanted).toBe(false);
    expect(terminal.isOpen).toBe(false);
    const other = tell(prompter, 'Touch it.');
    (await shown(1)).type('\u0003');
    expect(await other.isUnwanted).toBe(true);
  });

  it('holds up no question, and is there again after it', async () => {
    const { prompter, shown, terminals } = start();
    const { ending, isUnwanted } = tell(prompter, 'Touch it.');
    await shown(0);
    const confirmed = prompter.confirm('Allow?', never);
    const question = await shown(1);
    expect(terminals[0]?.isOpen).toBe(false);
    question.type('yes\r');
    expect(await confirmed).toBe(true);
    const again = await shown(2);
    expect(again.shown).toContain('Touch it.');
    again.type('\u0003');
    expect(await isUnwanted).toBe(true);
    ending.abort();
  });

  it('waits for a question that is there, and is not shown when it is over before', async () => {
    const { prompter, shown, terminals } = start();
    const confirmed = prompter.confirm('Allow?', never);
    const question = await shown(0);
    const { ending, isUnwanted } = tell(prompter, 'Touch it.');
    ending.abort();
    expect(await isUnwanted).toBe(false);
    question.type('no\r');
    expect(await confirmed).toBe(false);
    expect(terminals).toHaveLength(1);
  });

  it('is the last of several that Ctrl-C is for, and then the one before', async () => {
    const { prompter, shown, terminals } = start();
    const first = tell(prompter, 'First.');
    await shown(0);
    const last = tell(prompter, 'Last.');
    const terminal = await shown(1);
    expect(terminal.shown).toContain('Last.');
    expect(terminals.map(({ isOpen }) => isOpen)).toEqual([false, true]);
    terminal.type('\u0003');
    expect(await last.isUnwanted).toBe(true);
    (await shown(2)).type('\u0003');
    expect(await first.isUnwanted).toBe(true);
  });

  it('says nothing of the person where there is no terminal, or it goes', async () => {
    const without = createTerminalPrompter(() => undefined);
    expect(await without.tell!('Touch it.', never)).toBe(false);
    const { prompter, shown } = start();
    const { isUnwanted } = tell(prompter, 'Touch it.');
    (await shown(0)).hangUp();
    expect(await isUnwanted).toBe(false);
  });
});
