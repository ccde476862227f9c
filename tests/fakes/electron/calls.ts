// What the main process did to the system, for tests to ask about.
export interface Call {
  readonly name: string;
  readonly arguments: readonly unknown[];
}

export const calls: Call[] = [];

/** Notes a call; arguments that are not plain data are noted by their kind alone. */
export function note(name: string, ...args: readonly unknown[]): void {
  calls.push({
    name,
    arguments: args.map((argument) => (typeof argument === 'function' ? 'function' : argument)),
  });
}
