// Every rule of SECURITY.md names tests that exist, and has its place in the threat model; reports of holes stay private.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';

const security = readFileSync('SECURITY.md', 'utf8');
const model = readFileSync('docs/threat-model.md', 'utf8');

const lines = security.split('\n');
const rules = lines.slice(lines.indexOf('## Rules'));
const references = rules.flatMap((line) => {
  const match = /^ {2}`(tests\/[^`]+)`: (.+)$/.exec(line);
  return match ? [{ file: match[1] as string, title: match[2] as string }] : [];
});

/** What is wrong with the numbers of the rules and with who names them, in words. */
function faultsOf(securityText: string, modelText: string): string[] {
  const faults: string[] = [];
  const named = new Set([...modelText.matchAll(/\b[A-Z]\d{1,2}\b/g)].map(([id]) => id));
  const seen = new Set<string>();
  let section: string | undefined;
  for (const line of securityText.split('\n')) {
    if (line.startsWith('### ')) section = undefined;
    if (!line.startsWith('- ')) continue;
    const id = /^- \*\*([A-Z]\d{1,2})\*\* /.exec(line)?.[1];
    if (id === undefined) faults.push(`has no number: ${line.slice(0, 60)}`);
    if (id === undefined) continue;
    section ??= id[0];
    if (section !== id[0]) faults.push(`${id} is in the section of ${section}`);
    if (seen.has(id)) faults.push(`${id} is there twice`);
    if (!named.has(id)) faults.push(`${id} answers nothing in docs/threat-model.md`);
    seen.add(id);
  }
  return [...faults, ...[...named].filter((id) => !seen.has(id)).map((id) => `${id} is no rule`)];
}

describe('SECURITY.md', () => {
  it('names a test under every rule', () => {
    const whole = rules.join('\n').split(/^(?=- |#)/m);
    const written = whole.filter((rule) => rule.startsWith('- '));
    expect(written.length).toBeGreaterThan(100);
    expect(written.filter((rule) => !/^ {2}`tests\//m.test(rule))).toEqual([]);
  });

  it.each(references)('names a test that exists: $file: $title', ({ file, title }) => {
    const source = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
    const literals = ["'", '"', '`'].map((quote) => quote + title + quote);
    expect(literals.some((literal) => source.replaceAll("\\'", "'").includes(literal))).toBe(true);
  });
});

describe('the threat model', () => {
  it('names every rule by its number, and none that there is not', () => {
    expect(faultsOf(rules.join('\n'), model)).toEqual([]);
  });

  it.each([
    ['- A rule.', '', 'has no number: - A rule.'],
    ['- **K1** One.\n- **K1** Two.', 'K1', 'K1 is there twice'],
    ['### A\n- **K1** One.\n- **C1** Two.', 'K1 C1', 'C1 is in the section of K'],
    ['- **K1** One.', '', 'K1 answers nothing in docs/threat-model.md'],
    ['- **K1** One.', 'K1 K2', 'K2 is no rule'],
  ])('is refused where it is wrong: %j, %j', (securityText, modelText, fault) => {
    expect(faultsOf(securityText, modelText)).toEqual([fault]);
  });
});

describe('who finds a vulnerability', () => {
  const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
  const { load } = builder('js-yaml') as { load: (text: string) => Record<string, unknown> };
  const folder = '.github/ISSUE_TEMPLATE';
  const read = (name: string) => load(readFileSync(`${folder}/${name}`, 'utf8'));

  it('is led to the private form, by SECURITY.md and by each form for issues before anything else', () => {
    expect(security).toContain('(../../security/advisories/new)');
    expect(read('config.yml')['blank_issues_enabled']).toBe(false);
    const forms = readdirSync(folder).filter((name) => name !== 'config.yml');
    expect(forms.length).toBeGreaterThan(0);
    for (const form of forms) {
      const [first] = read(form)['body'] as { type: string; attributes: { value: string } }[];
      expect(first?.type).toBe('markdown');
      expect(first?.attributes.value).toContain('Report a vulnerability');
    }
  });

  it('finds no mail address that is nobody’s', () => {
    const texts = [security, ...readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'))];
    // Names of algorithms and extensions end so, too.
    const addresses = texts
      .join('\n')
      .match(/[\w.+-]+@(?!openssh\.com|libssh\.org|putty\.projects)[\w-]+\.\w+/g);
    expect(addresses).toBeNull();
  });
});
