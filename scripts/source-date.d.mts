export function sourceDate(env?: NodeJS.ProcessEnv, dir?: string): string | undefined;
