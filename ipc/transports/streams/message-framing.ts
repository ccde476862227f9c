// RFC 9987 §3: every message is a uint32 length and a body. Bytes in, whole bodies out.

/** Largest body, in bytes, that is read from a client. */
export const MAX_BODY_BYTES = 262_144;

/** SSH_AGENT_FAILURE as a body: what a transport answers where there is nothing to hand to a session. */
export const FAILURE_BODY: Uint8Array = Uint8Array.of(5);

const HEADER_BYTES = 4;
const FIRST_ALLOCATION_BYTES = 4096;
/** One for all streams, as most never have another: lists have no body to collect. */
const NO_BODY = new Uint8Array(0);

/** One buffer with length prefix and body, so that a reply is one write. */
export function frame(body: Uint8Array): Uint8Array {
  // SECURITY: outside V8's heap from the start, where a short one would be copied by the collector: it may be a passphrase.
  const message = new Uint8Array(new ArrayBuffer(HEADER_BYTES + body.length));
  new DataView(message.buffer).setUint32(0, body.length);
  message.set(body, HEADER_BYTES);
  return message;
}

/**
 * The same for a reply to which nobody writes: its own memory where that is nothing but its length and itself, as of lists,
 * which may be long and the same for many.
 */
export function framed(body: Uint8Array): Uint8Array {
  if (body !== latest.body) {
    const message = framedAnew(body);
    // Nothing else is kept: a reply that is framed already is a list, which is the same for many.
    if (message.buffer !== body.buffer) return message;
    latest = { body, message };
  }
  return latest.message;
}

let latest: { readonly body?: Uint8Array; readonly message: Uint8Array } = { message: new Uint8Array() };

function framedAnew(body: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = body;
  const isFramed =
    byteOffset === HEADER_BYTES &&
    buffer.byteLength === HEADER_BYTES + length &&
    new DataView(buffer).getUint32(0) === length;
  return isFramed ? new Uint8Array(buffer) : frame(body);
}

/** Requests of one byte, which most are, for all connections. */
const numbers = Array.from({ length: 256 }, (_, number) => Uint8Array.of(number));

/**
 * The request that these bytes are where they are one of a single byte, and nothing else. It is the same each time: nobody may
 * write to it, so it is not wiped, either: the number of a message is no secret.
 */
export function requestOfOneByte(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.length === HEADER_BYTES + 1 && isShortest(bytes, 0)
    ? numbers[bytes[HEADER_BYTES] as number]
    : undefined;
}

/** Zeroes a request, which may be a key or a passphrase. SECURITY: one byte is neither, but its number, and may be shared. */
export function wipeRequest(request: Uint8Array): void {
  if (request.length > 1) request.fill(0);
}

/** Whether a message of one byte begins there, and is there to its end. */
function isShortest(chunk: Uint8Array, offset: number): boolean {
  return (
    offset + HEADER_BYTES < chunk.length &&
    chunk[offset + 3] === 1 &&
    chunk[offset + 2] === 0 &&
    chunk[offset + 1] === 0 &&
    chunk[offset] === 0
  );
}

/**
 * Collects chunks of any size into bodies. Each byte is copied once (twice while a long body grows), so
 * the cost is linear whatever the chunks are, and memory follows what arrived, not what was announced.
 */
export class MessageParser {
  /** Of the announced length, as far as it has come. */
  #header = 0;
  #headerFilled = 0;
  /** Announced length of the body that is being read; undefined while its header is. */
  #bodyLength: number | undefined;
  #body = NO_BODY;
  #bodyFilled = 0;
  #oversized = false;
  readonly #maxBodyBytes: number;

  constructor(maxBodyBytes: number = MAX_BODY_BYTES) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** True once a body above the limit was announced: the stream can't be followed from there on. */
  get oversized(): boolean {
    return this.#oversized;
  }

  /** What comes next begins a message. */
  get isBetweenMessages(): boolean {
    return this.#headerFilled === 0 && !this.#oversized;
  }

  /**
   * Takes the next bytes and returns the bodies they complete, in order; a body may be empty. Each is an
   * exact-size array of its own: the caller wipes it. Ignores everything after an oversized header.
   */
  push(chunk: Uint8Array): Uint8Array[] {
    const bodies: Uint8Array[] = [];
    let offset = 0;
    while (offset < chunk.length && !this.#oversized) {
      if (this.#headerFilled === 0 && isShortest(chunk, offset)) {
        // On V8's heap, where it is made in no time: the number of a message is no secret, and most messages are no more.
        bodies.push(Uint8Array.of(chunk[offset + HEADER_BYTES] as number));
        offset += HEADER_BYTES + 1;
        continue;
      }
      offset +=
        this.#bodyLength === undefined ? this.#takeHeader(chunk, offset) : this.#takeBody(chunk, offset);
      if (this.#bodyLength !== undefined && this.#bodyFilled === this.#bodyLength)
        bodies.push(this.#finishBody());
    }
    return bodies;
  }

  /** Zeroes the incomplete body, if there is one. */
  wipe(): void {
    this.#body.fill(0);
  }

  #takeHeader(chunk: Uint8Array, offset: number): number {
    const taken = Math.min(HEADER_BYTES - this.#headerFilled, chunk.length - offset);
    for (const byte of chunk.subarray(offset, offset + taken)) this.#header = this.#header * 256 + byte;
    this.#headerFilled += taken;
    if (this.#headerFilled < HEADER_BYTES) return taken;
    const length = this.#header;
    this.#header = 0;
    if (length > this.#maxBodyBytes) this.#oversized = true;
    else {
      this.#bodyLength = length;
      // Outside V8's heap, where a short one would be copied by the collector: it may be a key or a passphrase.
      this.#body = new Uint8Array(new ArrayBuffer(Math.min(length, FIRST_ALLOCATION_BYTES)));
    }
    return taken;
  }

  #takeBody(chunk: Uint8Array, offset: number): number {
    const missing = (this.#bodyLength as number) - this.#bodyFilled;
    const part = chunk.subarray(offset, offset + missing);
    this.#growTo(this.#bodyFilled + part.length);
    this.#body.set(part, this.#bodyFilled);
    this.#bodyFilled += part.length;
    return part.length;
  }

  #growTo(size: number): void {
    if (size <= this.#body.length) return;
    const grown = new Uint8Array(Math.min(Math.max(size, this.#body.length * 2), this.#bodyLength as number));
    grown.set(this.#body);
    this.#body.fill(0);
    this.#body = grown;
  }

  #finishBody(): Uint8Array {
    const body = this.#body;
    this.#body = NO_BODY;
    this.#bodyLength = undefined;
    this.#bodyFilled = 0;
    this.#headerFilled = 0;
    return body;
  }
}
