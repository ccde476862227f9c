// When the use of a key is asked about if no rule says otherwise.
import * as v from 'valibot';

/** `forwarded`: for requests from other machines only. */
export const askLevelSchema = v.picklist(['never', 'forwarded', 'always']);

export type AskLevel = v.InferOutput<typeof askLevelSchema>;
