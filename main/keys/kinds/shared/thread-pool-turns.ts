// The places for cryptography on the thread pool, shared by all that uses it there.
import { Turns } from '../../../basics/turns.ts';

/**
 * The thread pool has four threads. One is left for reading files: who asks is looked up there, and a list that
 * depends on it must not wait for everybody's signatures.
 */
export const threadPoolTurns = new Turns({ places: 3, dearPlaces: 2 });
