// What people type who know other programs, and how it is said here.

const meantBy: Readonly<Record<string, string>> = {
  delete: 'remove',
  keygen: 'generate',
  kill: 'agent --stop',
  ls: 'list',
  quit: 'agent --stop',
  rm: 'remove',
  setup: 'set-up',
  start: 'agent --background',
  stop: 'agent --stop',
  uninstall: 'set-up --undo-all',
};

/** What may be meant by a verb that there is not, without the program's name. */
export const meantVerb = (verb: string): string | undefined =>
  Object.hasOwn(meantBy, verb) ? meantBy[verb] : undefined;
