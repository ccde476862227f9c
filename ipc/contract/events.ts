// What the main process tells a window unasked.
import { activityEvents } from './activity.ts';
import { doorEvents } from './doors.ts';
import { getStartedEvents } from './get-started.ts';
import { keyEvents } from './keys.ts';
import { policyEvents } from './policy.ts';
import { programEvents } from './program.ts';
import { promptEvents } from './prompt.ts';
import { storeEvents } from './stores.ts';

/** Whole slices, never differences: the window replaces what it has. */
export const events = {
  ...keyEvents,
  ...activityEvents,
  ...policyEvents,
  ...doorEvents,
  ...storeEvents,
  ...getStartedEvents,
  ...programEvents,
  ...promptEvents,
};

export type Events = typeof events;
export type EventName = keyof Events;
