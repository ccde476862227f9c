// The lines at the foot of the window.
import { type Message, useWindowStore } from './window-store.ts';

const informationMs = 6000;
/** Long enough to read what was done, think, and reach the button. */
const undoMs = 30_000;
const maxMessages = 4;
let lastId = 0;

export function dismissMessage(id: number): void {
  useWindowStore.setState(({ messages }) => ({ messages: messages.filter((message) => message.id !== id) }));
}

function show(kind: Message['kind'], text: string, undo?: () => void): void {
  const id = ++lastId;
  useWindowStore.setState(({ messages }) => ({
    // The same sentence twice says no more than once.
    messages: [
      ...messages.filter((message) => message.text !== text),
      { id, kind, text, ...(undo && { undo }) },
    ].slice(-maxMessages),
  }));
  if (kind === 'information') setTimeout(() => dismissMessage(id), undo ? undoMs : informationMs);
}

/** Says that something was done. */
export const tell = (text: string) => show('information', text);

/** Says that something was done which can be taken back for a while, by a button and by Ctrl+Z. */
export const tellUndoable = (text: string, undo: () => void) => show('information', text, undo);

/** Takes back what was told of in that line. */
export function undoMessage({ id, undo }: Message): void {
  dismissMessage(id);
  undo?.();
}

/** Says what went wrong, as a sentence with the way out. */
export const tellProblem = (text: string) => show('problem', text);
