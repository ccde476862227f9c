// How a program behind a relay is named in a rule: `relay:PLACE:PATH`. Its place and path are what the relay says.

export interface RelayedName {
  /** What the relay calls the system that the program runs in: a distribution of WSL, a container. */
  readonly place: string;
  /** The program's path there. */
  readonly executable: string;
}

const prefix = 'relay:';

/** Whether this may be the name of a program behind a relay, right or wrong. */
export const isRelayedName = (text: string) => text.startsWith(prefix);

/** The two parts; undefined for what has not both. No place has a colon in it. */
export function readRelayedName(text: string): RelayedName | undefined {
  const place = text.slice(prefix.length).split(':', 1)[0] ?? '';
  const executable = text.slice(prefix.length + place.length + 1);
  return isRelayedName(text) && place !== '' && executable !== '' ? { place, executable } : undefined;
}

/** The name that `readRelayedName` reads. */
export const relayedName = ({ place, executable }: RelayedName) => `${prefix}${place}:${executable}`;
