// What the system said, by the code that Node.js gives its errors: the same words wherever the person meets one.

const isDirectory = 'it is a directory, not a file';

/** Clauses: after a colon, or in brackets. */
const words = new Map([
  ['EACCES', 'permission denied'],
  ['EADDRINUSE', 'the address is in use already'],
  ['EBUSY', 'it is in use'],
  ['ECONNREFUSED', 'nobody listens there'],
  ['ECONNRESET', 'the other end hung up'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EEXIST', 'there is something of that name already'],
  ['EFBIG', 'the file is too large'],
  ['EIO', 'the device failed to read or write'],
  ['EISDIR', isDirectory],
  ['ELOOP', 'too many symbolic links'],
  ['EMFILE', 'too many open files'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ENFILE', 'too many open files in the whole system'],
  ['ENOENT', 'no such file or directory'],
  ['ENOMEM', 'not enough memory'],
  ['ENOSPC', 'no space left on the device'],
  ['ENOTDIR', 'a part of the path is not a directory'],
  ['ENOTEMPTY', 'the directory is not empty'],
  ['ENXIO', 'it is a socket, or a device that is not there'],
  ['EPERM', 'not permitted'],
  ['EROFS', 'the file system is read-only'],
  ['ERR_FS_EISDIR', isDirectory],
  ['ETIMEDOUT', 'it took too long'],
]);

/** The clause for a code of errno(3), or for Node.js' own of the same sense; undefined for one that has none here. */
export function meaningOfSystemError(code: string | undefined): string | undefined {
  return code === undefined ? undefined : words.get(code);
}

/** As `meaningOfSystemError`, and a code without a clause stands for itself. What to do says who knows what was tried. */
export function systemErrorInWords(code: string | undefined): string {
  return meaningOfSystemError(code) ?? code ?? 'unknown error';
}
