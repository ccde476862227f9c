// Host names that ssh_config(5) mentions: guesses at the names that known_hosts keeps hashed.

const maxHosts = 1000;
const maxPorts = 8;
const maxNameLength = 255;

/** Collects the words of `Host` and `HostName` lines that are names, and the ports that the file mentions. */
export class SshConfigHosts {
  readonly #names = new Set<string>();
  readonly #ports = new Set<string>();

  take(line: string): void {
    const trimmed = line.trim();
    const end = trimmed.search(/[\s=]/);
    if (end < 0) return;
    const words = trimmed.slice(end).replace(/^[\s=]+/, '');
    switch (trimmed.slice(0, end).toLowerCase()) {
      case 'host':
      case 'hostname':
        for (const word of words.split(/\s+/, maxHosts)) this.#takeName(word);
        break;
      case 'port':
        if (/^\d{1,5}$/.test(words) && words !== '22' && this.#ports.size < maxPorts) this.#ports.add(words);
        break;
    }
  }

  /** Each name alone. */
  plainNames(): readonly string[] {
    return [...this.#names];
  }

  /** Each name alone, and with each of the ports. */
  names(): readonly string[] {
    const plain = [...this.#names];
    return [...plain, ...[...this.#ports].flatMap((port) => plain.map((name) => `[${name}]:${port}`))];
  }

  #takeName(word: string): void {
    if (this.#names.size < maxHosts && word.length <= maxNameLength && /^[\w.:-]+$/.test(word))
      this.#names.add(word.toLowerCase());
  }
}
