// Which addresses are names of pipes.

/** A name as Windows' own programs take it: `\\.\pipe\…`, with slashes of either kind. */
export function isPipeName(address: string): boolean {
  return /^[\\/]{2}[.?][\\/]pipe[\\/]./i.test(address);
}

/**
 * Whether an address of Windows is a pipe or a file of this computer. SECURITY: others lead to other machines, who are sent a
 * hash of the person's password; so does a pipe's name that goes up, as Windows resolves it before it looks.
 */
export function isOnThisComputer(address: string): boolean {
  const goesUp = () =>
    address
      .slice('\\\\.\\'.length)
      .split(/[\\/]/)
      .some((part) => /^[. ]+$/.test(part));
  return isPipeName(address) ? !goesUp() : /^[a-z]:[\\/]/i.test(address);
}
