// Bytes from one stream to another, as they are.

/** Resolves when the chunk has left, and zeroes it: it may hold keys that are being added. */
export async function writeAndWipe(chunk: Uint8Array, to: NodeJS.WritableStream): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    to.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
  chunk.fill(0);
}

/** Writes everything that can be read, each chunk once the one before has left. Rejects when either stream breaks. */
export async function pump(
  from: AsyncIterable<unknown>,
  to: NodeJS.WritableStream,
  see: (chunk: Buffer) => void = () => {},
): Promise<void> {
  for await (const chunk of from as AsyncIterable<Buffer>) {
    see(chunk);
    await writeAndWipe(chunk, to);
  }
}
