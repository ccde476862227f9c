import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { configureWsl } from '../../../../main/cli/verbs/config-wsl.ts';
import { runWsl, Wsl } from '../../../../main/use-with/wsl/wsl.ts';
import { findProgram } from '../../../interop/support/installed-programs.ts';
import { shells, WslStandIn } from './wsl-stand-in.ts';

const command = { node: String.raw`C:\Program Files\it's $HOME\node.exe`, script: String.raw`C:\cli.js` };
const made: WslStandIn[] = [];

afterEach(() => {
  for (const standIn of made.splice(0)) standIn.remove();
});

function open(shell: readonly string[] = ['dash']) {
  const standIn = new WslStandIn(shell);
  made.push(standIn);
  const at = (path: string) => join(standIn.home, path);
  return {
    standIn,
    wsl: new Wsl(command, runWsl(standIn.program)),
    at,
    read: (path: string) => readFileSync(at(path), 'latin1'),
    write: (path: string, bytes: string) => writeFileSync(at(path), bytes, 'latin1'),
    tree: () => readdirSync(standIn.home, { recursive: true, encoding: 'utf8' }).sort(),
    log: () => readFileSync(join(standIn.dir, 'systemctl.log'), 'utf8'),
  };
}

/** Bytes that are no UTF-8, ends of Windows, and none at the last line. */
const oddProfile = '# mine \xff\r\nexport A="b"\n\n\talias x=y';

const canRun = findProgram('unshare') !== undefined;

describe.skipIf(!canRun)('distributions of WSL', () => {
  it('are listed as wsl.exe writes them, but for those that nobody works in', async () => {
    expect(await open().wsl.distributions()).toEqual(['Ubuntu', 'Debian']);
  });

  it('are said not to be there where there is no WSL', async () => {
    await expect(new Wsl(command, runWsl('/nowhere/wsl.exe')).distributions()).rejects.toThrow(
      'WSL can’t be run: no such file or directory.',
    );
    await expect(open().wsl.planSetUp('Arch')).rejects.toThrow('WSL has no distribution Arch.');
  });
});

describe.skipIf(!canRun).each(shells.filter(([name]) => findProgram(name) !== undefined))(
  'set up in %s',
  (_, shell) => {
    it('writes what was shown, once, and takes exactly that back', async () => {
      const { standIn, wsl, read, write, tree, log } = open(shell);
      standIn.withSystemd();
      write('.profile', oddProfile);
      write('.bashrc', 'ls\n');
      const before = tree();
      const plan = await wsl.planSetUp('Ubuntu');
      expect(tree()).toEqual(before);
      await wsl.apply(plan);
      for (const { path, after } of plan.files) expect(read(path)).toBe(after);
      expect(read('.profile').startsWith(oddProfile)).toBe(true);
      expect(read('.bashrc')).toContain('export SSH_AUTH_SOCK="$HOME/.ssh/sallyport.sock"');
      expect(log()).toContain('--user enable sallyport.socket');
      expect((await wsl.planSetUp('Ubuntu')).files).toEqual([]);
      write('.bashrc', `${read('.bashrc')}# later\n`);
      await wsl.apply(await wsl.planRemoval('Ubuntu'));
      expect([read('.profile'), read('.bashrc')]).toEqual([oddProfile, 'ls\n# later\n']);
      expect(log()).toContain('--user disable --now sallyport.socket');
      const left = tree().filter(
        (path) => !before.includes(path) && lstatSync(join(standIn.home, path)).isFile(),
      );
      expect(left).toEqual([]);
      expect((await wsl.planRemoval('Ubuntu')).files).toEqual([]);
    });

    it('relays a connection by the command of Windows, and names the program that has come', async () => {
      const { standIn, wsl } = open(shell);
      standIn.withSystemd();
      await wsl.apply(await wsl.planSetUp('Ubuntu'));
      standIn.tool('told', 'printf "<%s>" "$PWD" "$@"');
      standIn.tool(
        'wslpath',
        `case $1 in *node.exe) echo '${standIn.dir}/bin/told';; *) echo "$HOME";; esac`,
      );
      const run = runWsl(standIn.program);
      const input = 'set -- 3-$$-1000; echo $$; . "$HOME/.local/share/sallyport/relay"';
      const said = String(await run(['--distribution', 'Ubuntu', '--exec', '/bin/sh', '-s'], input, 60_000));
      const [pid, rest = ''] = said.split('\n');
      expect(rest).toMatch(/^<[^>]*home><C:\\cli\.js><relay><--place><Ubuntu><--program><\/[^>]+>/);
      expect(rest).toContain(`<--pid><${pid}>`);
    });

    it('keeps rights, and the file that a link leads to', async () => {
      const { standIn, wsl, read, write, at } = open(shell);
      standIn.withSystemd();
      mkdirSync(at('dotfiles'));
      write('dotfiles/bashrc', 'mine\n');
      chmodSync(at('dotfiles/bashrc'), 0o640);
      symlinkSync('dotfiles/bashrc', at('.bashrc'));
      await wsl.apply(await wsl.planSetUp('Ubuntu'));
      expect(lstatSync(at('.bashrc')).isSymbolicLink()).toBe(true);
      expect(lstatSync(at('dotfiles/bashrc')).mode & 0o777).toBe(0o640);
      expect(read('dotfiles/bashrc')).toContain('mine\n# >>> sallyport >>>');
      expect(lstatSync(at('.local/share/sallyport/relay')).mode & 0o777).toBe(0o700);
      expect(read('.local/share/sallyport/relay')).toContain(
        String.raw`node='C:\Program Files\it'\''s $HOME\node.exe'`,
      );
    });

    it('changes nothing where a file was changed since it was shown', async () => {
      const { standIn, wsl, write, read, tree } = open(shell);
      standIn.withSystemd();
      write('.bashrc', 'one\n');
      const plan = await wsl.planSetUp('Ubuntu');
      write('.bashrc', 'two\n');
      const before = tree();
      await expect(wsl.apply(plan)).rejects.toThrow(
        '~/.bashrc was changed meanwhile. Nothing was done: look again.',
      );
      expect([tree(), read('.bashrc')]).toEqual([before, 'two\n']);
    });

    it('changes nothing where a file can not be written whole', async () => {
      const { standIn, wsl, write, read, tree } = open(shell);
      standIn.withSystemd();
      write('.bashrc', 'one\n');
      const plan = await wsl.planSetUp('Ubuntu');
      write('.config', 'in the way of a folder');
      await expect(wsl.apply(plan)).rejects.toThrow(
        'A file could not be written, so nothing was changed there.',
      );
      expect(read('.bashrc')).toBe('one\n');
      expect(tree().filter((path) => path.includes('sallyport-new'))).toEqual([]);
    });

    it('takes socat where there is no systemd, and says what to do where there is neither', async () => {
      const { standIn, wsl, read } = open(shell);
      await expect(wsl.planSetUp('Ubuntu')).rejects.toThrow(
        'write “[boot]” and “systemd=true” into /etc/wsl.conf',
      );
      standIn.tool('socat', 'exit 0');
      const plan = await wsl.planSetUp('Ubuntu');
      expect(plan.listener).toBe('socat');
      await wsl.apply(plan);
      expect(read('.profile')).toContain('"$HOME/.local/share/sallyport/start"');
    });
  },
);

describe.skipIf(!canRun)('what people have made of their files', () => {
  it('is told where our marks are not in pairs, and nothing is changed', async () => {
    const { standIn, wsl, write } = open();
    standIn.withSystemd();
    write('.bashrc', '# >>> sallyport >>>\nmine\n');
    const problem = 'The lines of Sallyport in ~/.bashrc were changed';
    await expect(wsl.planSetUp('Ubuntu')).rejects.toThrow(problem);
    await expect(wsl.planRemoval('Ubuntu')).rejects.toThrow(problem);
  });

  it('is read from no fifo, directory or huge file', async () => {
    const { standIn, wsl, write, at } = open();
    standIn.withSystemd();
    write('.bashrc', 'x'.repeat(600_000));
    await expect(wsl.planSetUp('Ubuntu')).rejects.toThrow('~/.bashrc there is too large.');
    write('.bashrc', '');
    mkdirSync(at('.zshrc'));
    await expect(wsl.planSetUp('Ubuntu')).rejects.toThrow(
      '~/.zshrc there is no file that you can read and write.',
    );
  });

  it('brings fish and zsh their lines where those are there', async () => {
    const { standIn, wsl, read, at } = open();
    standIn.withSystemd();
    standIn.tool('fish', 'exit 0');
    standIn.tool('zsh', 'exit 0');
    await wsl.apply(await wsl.planSetUp('Ubuntu'));
    expect(read('.config/fish/conf.d/sallyport.fish')).toContain('set -gx SSH_AUTH_SOCK');
    expect(read('.zshrc')).toContain('export SSH_AUTH_SOCK');
    await wsl.apply(await wsl.planRemoval('Ubuntu'));
    expect([existsSync(at('.zshrc')), existsSync(at('.config/fish/conf.d/sallyport.fish'))]).toEqual([
      false,
      false,
    ]);
  });
});

describe.skipIf(!canRun)('sallyport config wsl', () => {
  const wish = { does: 'set-up', distribution: 'Ubuntu', isDry: false, isAgreed: true } as const;

  function io() {
    const lines: string[] = [];
    const said = {
      env: {},
      print: (...more: readonly string[]) => Promise.resolve(void lines.push(...more)),
      printAsIs: () => Promise.resolve(),
      complain: () => {},
    };
    return { said, lines };
  }

  it('shows each line that is changed before it changes it, and none when only asked to show', async () => {
    const { standIn, wsl, write, read } = open();
    standIn.withSystemd();
    write('.bashrc', 'first\nlast\n');
    const { said, lines } = io();
    expect(await configureWsl(wsl, said, { ...wish, isDry: true })).toBe(0);
    expect(lines.join('\n')).toContain('~/.bashrc is changed:\n    + # >>> sallyport >>>');
    expect(lines.join('\n')).not.toContain('last');
    expect(read('.bashrc')).toBe('first\nlast\n');
    expect(await configureWsl(wsl, said, wish)).toBe(0);
    expect(lines.at(-1)).toBe('Ubuntu is set up. It holds for new shells.');
    expect(await configureWsl(wsl, said, wish)).toBe(0);
    expect(lines.at(-1)).toBe('Ubuntu: is set up already.');
    expect(await configureWsl(wsl, said, { ...wish, does: 'remove' })).toBe(0);
    expect(read('.bashrc')).toBe('first\nlast\n');
  });

  it('says in a sentence why it can’t', async () => {
    await expect(configureWsl(open().wsl, io().said, { ...wish, distribution: 'Arch' })).rejects.toThrow(
      'WSL has no distribution Arch.',
    );
  });
});
