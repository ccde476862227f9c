// Which programs have passed on a forwarded conversation by WM_COPYDATA, so that each message of theirs may be one's.
import type { Sender } from '../../../main/agent/facts/peer.ts';

/** Processes remembered at most; where there are more of them alive, all senders may forward. */
const MAX_REMEMBERED = 256;

export class ForwardingSenders {
  readonly #startOf: (pid: number) => number | undefined;
  readonly #marked = new Map<string, number | undefined>();
  #isEveryone = false;

  /** `startOf` tells when a process was started, of which only the difference counts; undefined for none that is there. */
  constructor(startOf: (pid: number) => number | undefined) {
    this.#startOf = startOf;
  }

  /** The sender with this process id, for as long as it has that. */
  of(pid: number | undefined): Sender {
    const isMarked = () => this.#isEveryone || (this.#marked.size > 0 && this.#mayBeMarked(pid));
    return {
      get mayForward() {
        return isMarked();
      },
      noteForwarding: () => this.#mark(pid),
    };
  }

  /** By its start as well: a later process may get the number. Undefined for one that can't be told. */
  #idOf(pid: number | undefined): string | undefined {
    const start = pid === undefined ? undefined : this.#startOf(pid);
    return start === undefined ? undefined : `${pid} ${start}`;
  }

  /** SECURITY: who a process is may be learnt of one message and not of the next, so an unknown one may be any. */
  #mayBeMarked(pid: number | undefined): boolean {
    const id = this.#idOf(pid);
    return id === undefined || this.#marked.has(id);
  }

  #mark(pid: number | undefined): void {
    if (this.#marked.size >= MAX_REMEMBERED) this.#forgetEnded();
    const id = this.#idOf(pid);
    // SECURITY: nobody is forgotten who is there: a machine elsewhere could have as many started as it likes.
    if (id === undefined || this.#marked.size >= MAX_REMEMBERED) this.#isEveryone = true;
    else this.#marked.set(id, pid);
  }

  #forgetEnded(): void {
    for (const [id, pid] of this.#marked) if (this.#idOf(pid) !== id) this.#marked.delete(id);
  }
}
