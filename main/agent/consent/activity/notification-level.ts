// When the person is told of the use of a key while it happens.
import * as v from 'valibot';

/** `first-time`: of the first by a program or for a destination. */
export const notificationLevelSchema = v.picklist(['off', 'first-time', 'always']);

export type NotificationLevel = v.InferOutput<typeof notificationLevelSchema>;
