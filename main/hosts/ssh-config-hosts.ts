// Host names that ssh_config(5) mentions: guesses at the names that known_hosts keeps hashed.

const maxHosts = 1000;

/** The words of `Host` and `HostName` lines that are names, and each with the ports that the file mentions. */
export function sshConfigHosts(lines: readonly string[]): readonly string[] {
  const names = new Set<string>();
  const ports = new Set<string>();
  for (const line of lines) {
    const [, keyword = '', words = ''] = /^\s*(\w+)[\s=]+(.*)$/.exec(line) ?? [];
    switch (keyword.toLowerCase()) {
      case 'host':
      case 'hostname':
        for (const word of words.split(/\s+/)) if (/^[\w.:-]+$/.test(word)) names.add(word.toLowerCase());
        break;
      case 'port':
        if (/^\d{1,5}$/.test(words.trim()) && words.trim() !== '22') ports.add(words.trim());
        break;
    }
  }
  const plain = [...names].slice(0, maxHosts);
  const withPorts = [...ports].slice(0, 8).flatMap((port) => plain.map((name) => `[${name}]:${port}`));
  return [...plain, ...withPorts];
}
