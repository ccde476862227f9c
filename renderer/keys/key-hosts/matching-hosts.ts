// Which known hosts may be meant by what is typed so far.

const maxOffered = 6;

/**
 * Known hosts that go on as the text does, or have it within; a user before an `@` stays. None for no text, nor for a host
 * that is whole already. Pure.
 */
export function matchingHosts(known: readonly string[], typed: string): readonly string[] {
  const text = typed.trim();
  const at = text.lastIndexOf('@') + 1;
  const [user, begun] = [text.slice(0, at), text.slice(at).toLowerCase()];
  if (begun === '' && user === '') return [];
  const places = known.map((host) => ({ host, place: host.toLowerCase().indexOf(begun) }));
  const matching = [
    // The bracket before a host with a port is none of its letters.
    ...places.filter(({ host, place }) => place === 0 || (place === 1 && host.startsWith('['))),
    ...places.filter(({ host, place }) => place > 1 || (place === 1 && !host.startsWith('['))),
  ].map(({ host }) => `${user}${host}`);
  return matching.includes(text) ? [] : matching.slice(0, maxOffered);
}
