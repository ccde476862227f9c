// When the use of a key is asked about if no rule says otherwise.
import * as v from 'valibot';

/**
 * The laxest first. `forwarded`: for requests from other machines only. `new`: for those, each time, and for what was not
 * allowed since the agent started or was locked: the same key for the same program, user and host (or the same kind of
 * signature).
 */
export const askLevelSchema = v.picklist(['never', 'forwarded', 'new', 'always']);

export type AskLevel = v.InferOutput<typeof askLevelSchema>;

const rank = (level: AskLevel) => askLevelSchema.options.indexOf(level);

/** Of both. */
export const stricterLevel = (a: AskLevel, b: AskLevel): AskLevel => (rank(a) < rank(b) ? b : a);

/**
 * Levels that another file than the rules asks for, by `SHA256:…` of the plain key: they only ever make what the rules say
 * stricter. `unreadable`: nobody knows what it asks for.
 */
export type LevelsBeside = ReadonlyMap<string, AskLevel> | 'unreadable';

export const noLevelsBeside: LevelsBeside = new Map();
