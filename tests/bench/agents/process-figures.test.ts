import { expect, it } from 'vitest';
import { processorMsIn, residentMbIn } from '../../../bench/agents/process-figures.ts';

it('processor time is that of user and system, whatever the program is called', () => {
  const numbers = Array.from({ length: 50 }, (_, n) => String(n + 3)).join(' ');
  expect(processorMsIn(`42 (a) b (c) S ${numbers.slice(2)}`)).toBe((14 + 15) * 10);
});

it('resident memory is told in kB of 1,024 bytes', () => {
  expect(residentMbIn('Name:\tx\nVmHWM:\t  99 kB\nVmRSS:\t   62500 kB\n')).toBe(64);
  expect(residentMbIn('Name:\tx\n')).toBeNaN();
});
