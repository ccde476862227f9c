// What is written for people is found from the index, and no link in it leads nowhere.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPENSSH_PIPE_NAME } from '../ipc/transports/pipes/openssh-pipe.ts';

const documents = ['.', '.github', 'bench', 'build', 'docs', 'tests']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: folder !== '.', encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.md') && !name.includes('node_modules/'));

/** Only on the website of the repository. */
const onTheWebsite = ['../../security/advisories/new'];

/** Blocks of code have no links and no headings. */
const withoutBlocks = (text: string) => text.replace(/^([ \t]*)```[^`]*?$[\s\S]*?^\1```[ \t]*$/gm, '');
const prose = (text: string) => withoutBlocks(text).replace(/`[^`\n]*`/g, 'code');

/** As GitHub names the headings of a page. */
function anchorsOf(text: string): string[] {
  const headings = withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm);
  const seen = new Map<string, number>();
  return [...headings].map(([, heading = '']) => {
    const plain = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(plain) ?? 0;
    seen.set(plain, count + 1);
    return count === 0 ? plain : `${plain}-${count}`;
  });
}

const targetsOf = (text: string) =>
  [...prose(text).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

/** The links of `page` that lead nowhere; links to other sites are not followed. */
function brokenLinks(page: string, text: string): string[] {
  return targetsOf(text).filter((target) => {
    if (/^[a-z]+:/.test(target) || onTheWebsite.includes(target)) return false;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)));
    if (!existsSync(file)) return true;
    if (anchor === undefined) return false;
    return (
      statSync(file).isDirectory() ||
      !anchorsOf(file === page ? text : readFileSync(file, 'utf8')).includes(anchor)
    );
  });
}

/** Footnotes of `text` that are used and not written, or written and not used. */
function brokenNotes(text: string): string[] {
  const written = new Set([...prose(text).matchAll(/^\[\^(\w+)\]:/gm)].map(([, name = '']) => name));
  const used = new Set([...prose(text).matchAll(/\[\^(\w+)\](?!:)/g)].map(([, name = '']) => name));
  return [
    ...[...used].filter((name) => !written.has(name)),
    ...[...written].filter((name) => !used.has(name)),
  ];
}

/** Cells about others that claim something without a footnote. */
function unfoundedCells(text: string): string[] {
  const rows = text.split('\n').filter((line) => /^\|(?!-)/.test(line));
  return rows
    .slice(1)
    .flatMap((row) => row.split('|').slice(3, -1))
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '' && !/\[\^\w+\]/.test(cell));
}

describe('docs/comparison.md', () => {
  it('says nothing of others without its source', () => {
    const page = readFileSync('docs/comparison.md', 'utf8');
    expect(unfoundedCells(page)).toEqual([]);
    expect(page).toMatch(/all read on \d{4}-\d\d-\d\d/);
    const notes = page.split(/^(?=\[\^\w+\]:)/m).slice(1);
    expect(notes.length).toBeGreaterThan(10);
    expect(notes.filter((note) => !/https:\/\/|Measured: /.test(note))).toEqual([]);
    expect(
      unfoundedCells('| | ours | theirs |\n|---|---|---|\n| x | yes | no |\n| y | yes | no [^a] |'),
    ).toEqual(['no']);
  });
});

describe('links', () => {
  it.each(documents)('to footnotes of %s have one', (page) => {
    expect(brokenNotes(readFileSync(page, 'utf8'))).toEqual([]);
  });

  it('to footnotes that are not there are found, and footnotes that nobody names', () => {
    expect(brokenNotes('a [^one] [^two]\n\n[^two]: x\n[^three]: y')).toEqual(['one', 'three']);
  });

  it.each(documents)('of %s lead somewhere', (page) => {
    expect(brokenLinks(page, readFileSync(page, 'utf8'))).toEqual([]);
  });

  it('that lead nowhere are found', () => {
    const text = [
      '# One (two), “three”',
      '## One',
      '## One',
      '[a](#one-two-three) [b](#one-1) [c](../README.md) [d](https://example.com/x)',
      '[e](#two) [f](none.md) [g](../README.md#none) ![h](pictures/none.png) [i](.#x)',
      '`[j](none)`',
      '```\n[k](none)\n# Not one\n```',
      '[l](#not-one)',
    ].join('\n');
    const broken = ['#two', 'none.md', '../README.md#none', 'pictures/none.png', '.#x', '#not-one'];
    expect(brokenLinks('docs/README.md', text)).toEqual(broken);
  });
});

describe('docs/administrators.md', () => {
  const page = readFileSync('docs/administrators.md', 'utf8');

  it('names what the installer and the program write into the registry, by their sources', () => {
    const written = [
      ...readFileSync('build/installer.nsh', 'utf8').matchAll(
        /(?:WriteRegStr|DeleteRegValue|DeleteRegKey) HKCU "([^"]+)"/g,
      ),
    ].map(([, key = '']) => key.replace(/\\(command|shell)$/, ''));
    expect(written.length).toBeGreaterThan(5);
    // What is deleted of the path to the verb only if nobody else has something there.
    const named = written.filter((key) => !key.endsWith('.ppk'));
    expect(named.filter((key) => !page.includes(`HKCU\\${key}`))).toEqual([]);
    const clsid = /toastActivatorClsid = '([^']+)'/.exec(
      readFileSync('main/shell/tray/toast-identity.ts', 'utf8'),
    )?.[1];
    expect(page).toContain(clsid);
    expect(page).toContain(/^appId: (\S+)$/m.exec(readFileSync('electron-builder.yml', 'utf8'))?.[1]);
  });

  it('names the pipes that there are', () => {
    expect(page).toContain(OPENSSH_PIPE_NAME);
    for (const start of ['pageant.', 'sallyport.']) expect(page).toContain(`\\\\.\\pipe\\${start}`);
  });
});

describe('docs/', () => {
  const pages = readdirSync('docs').filter((name) => name.endsWith('.md') && name !== 'README.md');
  /** What the index leaves out, and what it lists twice. */
  const faultsOf = (index: string, names: readonly string[]) =>
    names.filter((name) => targetsOf(index).filter((target) => target === name).length !== 1);

  it('has every page in its index once, and those of the root', () => {
    const roots = ['ARCHITECTURE', 'CHANGELOG', 'README', 'SECURITY'].map((name) => `../${name}.md`);
    expect(pages.length).toBeGreaterThan(10);
    expect(faultsOf(readFileSync('docs/README.md', 'utf8'), [...pages, ...roots])).toEqual([]);
    expect(faultsOf('[a](keys.md) [b](wsl.md) [c](wsl.md)', ['keys.md', 'wsl.md', 'doors.md'])).toEqual([
      'wsl.md',
      'doors.md',
    ]);
  });

  it('has no picture that no page shows', () => {
    const shown = documents.flatMap((page) =>
      targetsOf(readFileSync(page, 'utf8')).map((target) => normalize(join(dirname(page), target))),
    );
    const pictures = readdirSync('docs/pictures').map((name) => join('docs/pictures', name));
    expect(pictures.filter((name) => !shown.includes(name))).toEqual([]);
  });
});
