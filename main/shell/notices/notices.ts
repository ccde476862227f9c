// What the person must be told outside of any prompt, until they have seen it.
import { randomUUID } from 'node:crypto';
import type { NoticeView } from '../../../ipc/contract/program.ts';
import { Listeners } from '../../basics/listeners.ts';

/** Older ones give way: a list that nobody can read tells nothing. */
const maxNotices = 20;

export class Notices {
  readonly #notices: NoticeView[] = [];
  readonly #listeners = new Listeners();

  get views(): readonly NoticeView[] {
    return [...this.#notices];
  }

  /** `text` is one or more sentences: what happened, what it means, what to do. */
  add(severity: NoticeView['severity'], text: string): void {
    if (this.#notices.some((notice) => notice.text === text)) return;
    this.#notices.push({ id: randomUUID(), severity, text });
    if (this.#notices.length > maxNotices) this.#notices.shift();
    this.#listeners.tell();
  }

  dismiss(id: string): void {
    const index = this.#notices.findIndex((notice) => notice.id === id);
    if (index < 0) return;
    this.#notices.splice(index, 1);
    this.#listeners.tell();
  }

  /** Calls back when `views` has changed; returns the way to stop that. */
  onChanged(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }
}
