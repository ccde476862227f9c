// Paths of programs: which of them a rule may name, and which two are the same.

const posixPath = /^\/[^/]/;
/** On a drive, or below a share of a server. */
const windowsPath = /^(?:[a-z]:|[\\/]{2}[^\\/]+[\\/][^\\/]+)[\\/][^\\/]/i;

/** Whether this is a whole path, as the system tells it of a program: that has no “.” nor “..” in it. */
export function isWholePath(path: string): boolean {
  // “?” would also be the server of \\?\C:\…
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
  return !/[\\/]$/.test(path) && !path.split(/[\\/]/).some((part) => /^\.\.?$/.test(part));
}

/**
 * Equal for paths of one program: Windows compares them without regard to case, and takes both slashes. SECURITY: letters
 * that become another one in one direction only, as the kelvin sign becomes “k” and “ß” “SS”, are other ones to Windows.
 */
export function comparablePath(path: string): string {
  if (!windowsPath.test(path)) return path;
  const slashed = path.replaceAll('/', '\\');
  return `${slashed.toLowerCase()}|${slashed.toUpperCase()}`;
}
