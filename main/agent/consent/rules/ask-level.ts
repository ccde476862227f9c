// When the use of a key is asked about if no rule says otherwise.
import * as v from 'valibot';

/**
 * The laxest first. `forwarded`: for requests from other machines only. `new`: for those, each time, and for what was not
 * allowed since the agent started or was locked: the same key for the same program, user and host (or the same kind of
 * signature).
 */
export const askLevelSchema = v.picklist(['never', 'forwarded', 'new', 'always']);

export type AskLevel = v.InferOutput<typeof askLevelSchema>;
