// OVERLAPPED: the memory through which the system says how an operation ended.

import type { Handle } from './native-library.ts';
import { koffi } from './native-library.ts';

/** sizeof(OVERLAPPED) and the place of hEvent, on 64-bit Windows. */
const OVERLAPPED_BYTES = 32;
const EVENT_OFFSET = 24;
const STATUS_PENDING = 0x103;
const STATUS_SUCCESS = 0;

const abandoned = new Set<Overlapped>();

/** One operation. The memory must outlive it, so it is given back only when the system is done with it. */
export class Overlapped {
  readonly address: Handle;

  constructor(event: Handle) {
    this.address = koffi().alloc('uint8_t', OVERLAPPED_BYTES);
    const bytes = new Uint8Array(OVERLAPPED_BYTES);
    new DataView(bytes.buffer).setBigUint64(EVENT_OFFSET, event, true);
    // SAFETY: the block has exactly this size.
    koffi().encode(this.address, 'uint8_t', bytes, OVERLAPPED_BYTES);
  }

  /** `Internal`, an NTSTATUS that the system writes before it sets the event. */
  get isPending(): boolean {
    return this.#status === STATUS_PENDING;
  }

  get hasSucceeded(): boolean {
    return this.#status === STATUS_SUCCESS;
  }

  get #status(): number {
    // SAFETY: within our block; the value is 64 bits wide, the status its low 32.
    return koffi().decode.uint32(this.address);
  }

  /** Frees the memory of an operation that was refused at once: the system may leave it as if it were pending. */
  freeUnused(): void {
    koffi().free(this.address);
  }

  /** Frees the memory, now or, while the system may still write to it, at a later call for another one. */
  free(): void {
    abandoned.add(this);
    for (const overlapped of abandoned) {
      if (overlapped.isPending) continue;
      abandoned.delete(overlapped);
      koffi().free(overlapped.address);
    }
  }
}
