// Which addresses are names of pipes.

/** A name as Windows' own programs take it: `\\.\pipe\…`, with slashes of either kind. */
export function isPipeName(address: string): boolean {
  return /^[\\/]{2}[.?][\\/]pipe[\\/]./i.test(address);
}
