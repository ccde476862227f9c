// The lines at the foot of the window.
import { type Message, useWindowStore } from './window-store.ts';

const informationMs = 6000;
const maxMessages = 4;
let lastId = 0;

export function dismissMessage(id: number): void {
  useWindowStore.setState(({ messages }) => ({ messages: messages.filter((message) => message.id !== id) }));
}

function show(kind: Message['kind'], text: string): void {
  const id = ++lastId;
  useWindowStore.setState(({ messages }) => ({
    // The same sentence twice says no more than once.
    messages: [...messages.filter((message) => message.text !== text), { id, kind, text }].slice(
      -maxMessages,
    ),
  }));
  if (kind === 'information') setTimeout(() => dismissMessage(id), informationMs);
}

/** Says that something was done. */
export const tell = (text: string) => show('information', text);

/** Says what went wrong, as a sentence with the way out. */
export const tellProblem = (text: string) => show('problem', text);
