// The Linux distributions of WSL, as `wsl.exe --list --quiet` names them.

/** As WSL lets them be called: nothing that a command line, a file or a unit could take for something else. */
const name = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What Docker Desktop keeps for itself, and nobody works in. */
const notForPeople = /^(docker-desktop(-data)?|rancher-desktop(-data)?|podman-machine-.*)$/;

/** UTF-16, or UTF-8 where WSL_UTF8 asks newer versions for it. */
function textOf(output: Uint8Array): string {
  const encoding = output.includes(0) ? 'utf-16le' : 'utf-8';
  return new TextDecoder(encoding).decode(output);
}

/** The names that are listed; lines that are no name, such as a sentence that there is none, are left out. */
export function readDistributions(output: Uint8Array): readonly string[] {
  const lines = textOf(output).split(/\r?\n/);
  const names = lines.map((line) => line.trim()).filter((line) => name.test(line));
  return [...new Set(names)].filter((one) => !notForPeople.test(one));
}
