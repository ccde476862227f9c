// The places for cryptography on the thread pool, and its share of the event loop; shared by all that uses them.
import { LoopShare } from '../../../basics/loop-share.ts';
import { Turns } from '../../../basics/turns.ts';

/**
 * The thread pool has four threads. One is left for reading files: who asks is looked up there, and a list that
 * depends on it must not wait for everybody's signatures.
 */
export const threadPoolTurns = new Turns({ places: 3, dearPlaces: 2 });

/** Of each turn of the event loop a millisecond, which nobody notices, and some twenty signatures need. */
export const loopShare = new LoopShare(1);
