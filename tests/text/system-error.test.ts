// The words for the system's errors fit into every sentence that takes them.
import { describe, expect, it } from 'vitest';
import { meaningOfSystemError, systemErrorInWords } from '../../text/system-error.ts';

describe('an error of the system', () => {
  it.each([
    'ENOENT',
    'EACCES',
    'EPERM',
    'EROFS',
    'ENOSPC',
    'EDQUOT',
    'EISDIR',
    'ENOTDIR',
    'EMFILE',
    'EBUSY',
    'ELOOP',
    'ENAMETOOLONG',
    'EIO',
    'EADDRINUSE',
  ])('has a clause for %s, to stand after a colon and in brackets', (code) => {
    expect(systemErrorInWords(code)).toMatch(/^[a-z][a-z, -]+[a-z]$/);
    expect(meaningOfSystemError(code)).toBe(systemErrorInWords(code));
  });

  it('is the same clause when Node.js has noticed itself that a directory is in the way', () => {
    expect(systemErrorInWords('ERR_FS_EISDIR')).toBe(systemErrorInWords('EISDIR'));
  });

  it('is its code where there is no clause for it, and unknown where it has none', () => {
    expect(systemErrorInWords('EHWPOISON')).toBe('EHWPOISON');
    expect(systemErrorInWords(undefined)).toBe('unknown error');
    expect(meaningOfSystemError('EHWPOISON')).toBeUndefined();
    expect(meaningOfSystemError(undefined)).toBeUndefined();
  });
});
