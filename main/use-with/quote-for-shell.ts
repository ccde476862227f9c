// A word for a POSIX shell.

/** The text as one word, whatever it holds; plain text stays as it is. */
export function quoteForShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
