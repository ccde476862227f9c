// A process at a door, about which the test decides what there is to see.
import type { ObservedProcess } from '../../ipc/transports/observe-process.ts';
import type { ProcessFacts } from '../../main/agent/facts/peer.ts';

export class FakeProcess implements ObservedProcess {
  lookUps = 0;
  lookedAhead = 0;
  closed = 0;
  readonly #facts: ProcessFacts | undefined;

  constructor(facts: ProcessFacts | undefined) {
    this.#facts = facts;
  }

  describe(): Promise<ProcessFacts | undefined> {
    this.lookUps++;
    return Promise.resolve(this.#facts);
  }

  lookAhead(): void {
    this.lookedAhead++;
  }

  close(): void {
    this.closed++;
  }
}
