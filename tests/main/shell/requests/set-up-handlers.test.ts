import { describe, expect, it } from 'vitest';
import { UntrustedPlaceError } from '../../../../ipc/posix/files/trusted-place.ts';
import { ChangeError } from '../../../../main/set-up/changes/change-error.ts';
import type { SetUp } from '../../../../main/set-up/set-up.ts';
import { programSetUpHandlers } from '../../../../main/shell/requests/set-up-handlers.ts';

const token = '0'.repeat(64);
const failing = (error: unknown) => {
  const fail = () => Promise.reject(error);
  return programSetUpHandlers({
    lookInto: fail,
    lookedFor: () => {
      throw error;
    },
    apply: fail,
    undo: fail,
    test: fail,
  } as unknown as SetUp);
};
const from = { role: 'keys', webContentsId: 1 } as never;

describe('setting programs up for a page', () => {
  it.each([
    [new ChangeError('It is read-only.', ['line']), 'It is read-only.', ['line']],
    [new UntrustedPlaceError('Others may write it.'), 'Others may write it.', []],
    [
      Object.assign(new Error('x'), { code: 'ENOSPC', syscall: 'write', path: '/a' }),
      'Sallyport can not write to /a',
      [],
    ],
  ])('says what the person can see to: %s', async (error, problem, byHand) => {
    const expected = { problem: expect.stringContaining(problem), byHand };
    expect(await failing(error)['setUp.apply']({ program: 'ssh', token }, from)).toEqual(expected);
    expect(await failing(error)['setUp.undo']({ id: '1' }, from)).toEqual(expected);
    await expect(failing(error)['setUp.look']({ program: 'ssh' }, from)).rejects.toThrow(problem);
    await expect(failing(error)['setUp.programs']({}, from)).rejects.toThrow(problem);
  });

  it('tells nothing of what nobody expected', async () => {
    const error = new Error('secret');
    await expect(failing(error)['setUp.apply']({ program: 'ssh', token }, from)).rejects.toBe(error);
    await expect(failing(error)['setUp.look']({ program: 'ssh' }, from)).rejects.toBe(error);
  });
});
