// The bounds themselves.
import { describe, expect, it } from 'vitest';
import {
  argon2Cost,
  bcryptCost,
  pbes1Cost,
  pbkdf2Cost,
  scryptCost,
} from '../../../../../main/keys/files/shared/derivation-limits.ts';

describe('the cost of a key derivation', () => {
  it.each([
    ['bcrypt', bcryptCost, 2_000, 50_000],
    ['PBKDF2', pbkdf2Cost, 10_000_000, 200_000_000],
    ['PBES1', pbes1Cost, 5_000_000, 50_000_000],
  ])('%s: is asked about above one limit and refused above another', (_name, cost, confirm, refuse) => {
    expect(cost(confirm).needsConfirmation).toBe(false);
    expect(cost(confirm + 1).needsConfirmation).toBe(true);
    expect(cost(refuse).needsConfirmation).toBe(true);
    expect(() => cost(refuse + 1)).toThrow(/minutes of work/);
    expect(() => cost(0)).toThrow(/impossible/);
  });

  it('bounds scrypt in memory and in work', () => {
    expect(scryptCost(2 ** 20, 8, 1).needsConfirmation).toBe(false);
    expect(scryptCost(2 ** 20, 8, 5).needsConfirmation).toBe(true);
    expect(() => scryptCost(2 ** 21, 8, 1)).toThrow(/2048 MiB/);
    expect(() => scryptCost(2 ** 20, 8, 65)).toThrow(/minutes of work/);
    // Hashing blocks takes its time, too, where hardly anything is done with them.
    expect(scryptCost(2, 1, 2 ** 23).needsConfirmation).toBe(true);
    // The blocks that run side by side take memory, too, though each of them is small.
    expect(() => scryptCost(2, 1, 2 ** 24 - 1)).toThrow(/2048 MiB/);
    expect(scryptCost(2 ** 14, 8, 1).description).toContain('with 16 MiB of memory');
    expect(() => scryptCost(3, 8, 1)).toThrow(/impossible/);
    expect(() => scryptCost(1024, 0, 1)).toThrow(/impossible/);
  });

  it('says what Argon2 will take', () => {
    expect(argon2Cost('Argon2id', 8192, 21, 1)).toEqual({
      needsConfirmation: false,
      seconds: expect.closeTo(0.143, 3),
      description: 'under a second (Argon2id with 8 MiB of memory and 21 passes)',
    });
    expect(argon2Cost('Argon2i', 2040, 1, 255).needsConfirmation).toBe(false);
    expect(() => argon2Cost('Argon2i', 2039, 1, 255)).toThrow(/impossible/);
  });
});
