// The numbers of the curves, beside those that somebody else has written down.
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { expect, it } from 'vitest';
import { curveNumbers } from '../../../../../main/keys/files/pem/curve-numbers.ts';

it.each([
  ['ecdsa-p256', p256],
  ['ecdsa-p384', p384],
  ['ecdsa-p521', p521],
] as const)('of %s are those of another library', (type, { Point }) => {
  expect(curveNumbers[type]).toEqual(Point.CURVE());
});
