// Paths of programs: which of them a rule may name, and which two are the same.

const posixPath = /^\/[^/]/;
/** On a drive, or below a share of a server. */
const windowsPath = /^(?:[a-z]:|[\\/]{2}[^\\/]+[\\/][^\\/]+)[\\/][^\\/]/i;

/** Whether this is a whole path, as the system tells it of a program: that has no “.” nor “..” in it. */
export function isWholePath(path: string): boolean {
  if (/[*?\0]/.test(path)) return false;
  if (posixPath.test(path))
    return (
      !path.endsWith('/') &&
      !path
        .slice(1)
        .split('/')
        .some((part) => part === '' || part === '.' || part === '..')
    );
  if (!windowsPath.test(path) || /["<>|]/.test(path)) return false;
  // “?” would be the server of \\?\C:\…
  return !/[\\/]$/.test(path) && !path.split(/[\\/]/).some((part) => /^(\.\.?|\?)$/.test(part));
}

/** Equal for paths of one program: Windows compares them without regard to case, and takes both slashes. */
export function comparablePath(path: string): string {
  return windowsPath.test(path) ? path.replaceAll('/', '\\').toLowerCase() : path;
}
