// The names that may cross between a window and the main process: all that the preload needs to know. It is built with
// what this module says in its place (scripts/build-preload.mjs), so that no schema gets into it.
import { type RequestName, requests } from './contract.ts';
import { type EventName, events } from './events.ts';

/** The name of the bridge in a page: `window.sallyport`. */
export const bridgeName = 'sallyport';

export const requestNames = Object.keys(requests) as readonly RequestName[];

export const eventNames = Object.keys(events) as readonly EventName[];
