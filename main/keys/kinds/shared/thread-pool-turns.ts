// The places for cryptography on the thread pool, and its share of the event loop; shared by all that uses them.
import { Backlog } from '../../../basics/backlog.ts';
import { LoopShare } from '../../../basics/loop-share.ts';
import { Turns } from '../../../basics/turns.ts';

/**
 * The thread pool has four threads. One is left for reading files: who asks is looked up there, and a list that
 * depends on it must not wait for everybody's signatures.
 */
export const threadPoolTurns = new Turns({ places: 3, dearPlaces: 2 });

/**
 * Brief signatures may take all of its threads and wait there, as they wait for nobody: a file that is read then is behind
 * no more than these milliseconds, of which each thread that a core is free for does its part.
 */
export const briefBacklog = new Backlog({ ms: 8, pieces: 32 });

/**
 * Of each turn of the event loop a millisecond, which nobody notices, and some twenty signatures need. In a crowd as many on
 * the thread pool as it has made when the loop comes to them.
 */
export const loopShare = new LoopShare({ shareMs: 1, elsewhere: 32 });
