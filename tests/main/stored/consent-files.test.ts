// What outlives the agent: rules, activity and the secret, in real files.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lostPolicy } from '../../../main/agent/consent/rules/policy-store.ts';
import { createActivityFile } from '../../../main/stored/activity-file.ts';
import { keepLocalSecret, readLocalSecret } from '../../../main/stored/local-secret.ts';
import { personDir } from '../../../main/stored/person-dir.ts';
import { createPolicyJsonFile } from '../../../main/stored/policy-json-file.ts';
import { settle } from '../../fakes/settle.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-consent-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const onPosix = it.skipIf(process.platform === 'win32');
const policy = { version: 1, defaultLevel: 'never', levels: {}, rules: [] } as const;

describe('the settings folder', () => {
  it.each([
    ['linux', { XDG_CONFIG_HOME: '/config' }, '/config/sallyport'],
    ['linux', { XDG_CONFIG_HOME: 'relative' }, '/home/me/.config/sallyport'],
    ['linux', {}, '/home/me/.config/sallyport'],
    ['win32', { APPDATA: 'C:\\Data' }, 'C:\\Data\\Sallyport'],
  ] as const)('is where %s wants it (%j)', (platform, env, path) => {
    expect(personDir(platform, env, '/home/me')).toBe(path);
  });
});

describe('the file with the rules', () => {
  const path = () => join(dir, 'new/rules.json');

  it('is made when it is first written, for the user alone', async () => {
    const file = createPolicyJsonFile(path(), () => {});
    expect(file.load()).toBeUndefined();
    await file.save(policy);
    expect(createPolicyJsonFile(path(), () => {}).load()).toEqual(policy);
    expect(file.hasChanged()).toBe(false);
    if (process.platform !== 'win32') expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it('tells when somebody else has changed, removed or made it', async () => {
    const file = createPolicyJsonFile(path(), () => {});
    await file.save(policy);
    writeFileSync(path(), '{}');
    expect(file.hasChanged()).toBe(true);
    expect(file.load()).toEqual({});
    expect(file.hasChanged()).toBe(false);
    rmSync(path());
    expect(file.hasChanged()).toBe(true);
    expect(file.load()).toBe(lostPolicy);
    expect(file.hasChanged()).toBe(false);
    writeFileSync(path(), '{}');
    expect(file.hasChanged()).toBe(true);
    expect(file.load()).toEqual({});
  });

  it('says once that it was removed, and how that is mended, while the agent runs and at a start', () => {
    mkdirSync(join(dir, 'new'));
    writeFileSync(path(), JSON.stringify(policy));
    const log: string[] = [];
    const file = createPolicyJsonFile(path(), (line) => log.push(line));
    file.load();
    rmSync(path());
    file.load();
    file.load();
    expect(log).toEqual([expect.stringContaining('Rules and levels hold on as they were')]);
    createPolicyJsonFile(path(), (line) => log.push(line), lostPolicy).load();
    expect(log.slice(1)).toEqual([expect.stringMatching(/is gone: there was one before\. You are asked/)]);
  });

  onPosix('stays where the person put it, behind a link', async () => {
    const elsewhere = join(dir, 'repository.json');
    writeFileSync(elsewhere, '{}', { mode: 0o600 });
    mkdirSync(join(dir, 'new'));
    symlinkSync(elsewhere, path());
    const file = createPolicyJsonFile(path(), () => {});
    file.load();
    await file.save(policy);
    expect(lstatSync(path()).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(elsewhere, 'utf8'))).toEqual(policy);
    expect(file.hasChanged()).toBe(false);
  });

  it('may begin with a byte order mark', () => {
    mkdirSync(join(dir, 'new'));
    writeFileSync(path(), `\ufeff${JSON.stringify(policy)}`);
    const log: string[] = [];
    expect(createPolicyJsonFile(path(), (line) => log.push(line)).load()).toEqual(policy);
    expect(log).toEqual([]);
  });

  it.each([
    ['{"version": 1,\n  // mine\n  "rules": []}', 'line 2, column 3: JSON has no comments'],
    ['{"version": 1, "rules": [],\n}', 'line 2, column 1: there is a comma before it that separates nothing'],
    ['{"version": 2}', 'it was written by a newer version of Sallyport, or has no version'],
    ['{"version": 1, "rules": [{"id": "a", "action": "deny", "host": "x"}]}', 'rule 1: it has “host”'],
    ['{"version": 1, "rule": []}', 'it has “rule”, which is no part of it'],
  ])('that is not understood is told once with the place and the fault: %s', (contents, fault) => {
    mkdirSync(join(dir, 'new'));
    writeFileSync(path(), contents);
    const log: string[] = [];
    const file = createPolicyJsonFile(path(), (line) => log.push(line));
    file.load();
    file.load();
    expect(log).toEqual([expect.stringContaining(`The rules at ${path()} can't be understood`)]);
    expect(log[0]).toContain(fault);
  });

  it('that can not be parsed is null, not nothing: it might have denied', () => {
    mkdirSync(join(dir, 'new'));
    writeFileSync(path(), '{"version": 1');
    expect(createPolicyJsonFile(path(), () => {}).load()).toBeNull();
    rmSync(path());
    mkdirSync(path());
    expect(createPolicyJsonFile(path(), () => {}).load()).toBeNull();
  });

  it('that is far too large is not read', () => {
    mkdirSync(join(dir, 'new'));
    writeFileSync(path(), JSON.stringify(policy));
    truncateSync(path(), 5 * 1024 * 1024);
    const log: string[] = [];
    expect(createPolicyJsonFile(path(), (line) => log.push(line)).load()).toBeNull();
    expect(log).toEqual([expect.stringContaining('it is far too large')]);
  });

  onPosix('that is a fifo is not waited for', () => {
    mkdirSync(join(dir, 'new'));
    execFileSync('mkfifo', [path()]);
    expect(createPolicyJsonFile(path(), () => {}).load()).toBeNull();
  });
});

describe('the file with the activity', () => {
  const open = (log: string[] = [], maxFileBytes = 1000) =>
    createActivityFile({
      path: join(dir, 'state/activity.jsonl'),
      log: (line) => log.push(line),
      maxFileBytes,
    });

  it('gives back what was appended, in order', async () => {
    const file = open();
    expect(file.load()).toEqual([]);
    for (const line of ['a', 'b', 'c']) file.append(line);
    await file.flush();
    file.append('d');
    await file.flush();
    expect(open().load().filter(Boolean)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('keeps two files and never more than its bound', async () => {
    const file = open();
    for (let n = 0; n < 200; n++) {
      file.append(`${n} ${'x'.repeat(40)}`);
      await file.flush();
    }
    expect(readdirSync(join(dir, 'state')).sort()).toEqual(['activity.jsonl', 'activity.jsonl.1']);
    for (const name of readdirSync(join(dir, 'state')))
      expect(statSync(join(dir, 'state', name)).size).toBeLessThan(1100);
    const kept = open().load().filter(Boolean);
    expect(kept.at(-1)).toMatch(/^199 /);
    expect(kept.length).toBeGreaterThan(20);
  });

  it('that ends within a line gets the next entry on a line of its own, after a start and after a full disk', async () => {
    const path = join(dir, 'state/activity.jsonl');
    const file = open([], 10_000);
    file.append('a');
    await file.flush();
    appendFileSync(path, 'torn by a cra');
    const later = open([], 10_000);
    later.append('b');
    await later.flush();
    renameSync(path, `${path}.kept`);
    mkdirSync(path);
    later.append('lost');
    await later.flush();
    rmdirSync(path);
    renameSync(`${path}.kept`, path);
    appendFileSync(path, 'torn by a full di');
    later.append('c');
    await later.flush();
    expect(readFileSync(path, 'utf8')).toBe('a\ntorn by a cra\nb\ntorn by a full di\nc\n');
  });

  const written = () => {
    try {
      return readFileSync(join(dir, 'state/activity.jsonl'), 'utf8').split('\n').filter(Boolean);
    } catch {
      return [];
    }
  };

  it('is written in batches, without anybody asking for it', async () => {
    const file = open([], 100_000);
    for (const line of ['a', 'b', 'c']) file.append(line);
    await settle();
    expect(written()).toEqual([]);
    await expect.poll(written).toEqual(['a', 'b', 'c']);
  });

  it('gets in order all that comes while a batch is written, also more than one takes', async () => {
    const file = open([], 100_000);
    const lines = Array.from({ length: 900 }, (_, n) => `${n}`);
    for (const line of lines.slice(0, 600)) file.append(line);
    await settle();
    for (const line of lines.slice(600)) file.append(line);
    await expect.poll(written).toEqual(lines);
  });

  it('is shared by two agents, whichever of them sets it aside', async () => {
    const [one, other] = [open(), open()];
    for (let n = 0; n < 30; n++) {
      const file = n % 3 === 0 ? one : other;
      file.append(`${n} ${'x'.repeat(40)}`);
      await file.flush();
    }
    const numbers = open()
      .load()
      .filter(Boolean)
      .map((line) => Number.parseInt(line, 10));
    expect(numbers).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });

  it('that can not be written is complained about once, and holds nothing up', async () => {
    writeFileSync(join(dir, 'state'), 'a file in the way');
    const log: string[] = [];
    const file = open(log);
    file.append('a');
    await file.flush();
    file.append('b');
    await file.flush();
    expect(log).toEqual([
      expect.stringMatching(
        /^The activity can not be written to .*activity\.jsonl: .* is lost .* there is something of that name already\. Check the disk\.$/,
      ),
    ]);
  });
});

describe('the secret that a program runs on this machine', () => {
  const path = () => join(dir, 'new/local-secret');

  it('is made once and shared by all who can read it', () => {
    expect(readLocalSecret(path())).toBeUndefined();
    const secret = keepLocalSecret(path());
    expect(secret).toHaveLength(32);
    expect(keepLocalSecret(path())).toEqual(secret);
    expect(readLocalSecret(path())).toEqual(secret);
    if (process.platform !== 'win32') expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it.each(['', '\n', 'abcdef\n'])('is made anew where the file holds none: %j', (contents) => {
    keepLocalSecret(path());
    writeFileSync(path(), contents);
    // Another agent could be about to write it.
    expect(keepLocalSecret(path())).toBeUndefined();
    utimesSync(path(), new Date(), new Date(Date.now() - 10_000));
    const secret = keepLocalSecret(path());
    expect(secret).toHaveLength(32);
    expect(readLocalSecret(path())).toEqual(secret);
  });

  onPosix('is taken from others who could read it, and never followed to another place', () => {
    keepLocalSecret(path());
    execFileSync('chmod', ['644', path()]);
    keepLocalSecret(path());
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    const elsewhere = join(dir, 'elsewhere');
    writeFileSync(elsewhere, readFileSync(path()), { mode: 0o644 });
    rmSync(path());
    symlinkSync(elsewhere, path());
    expect(keepLocalSecret(path())).toBeUndefined();
    expect(readLocalSecret(path())).toBeUndefined();
    expect(statSync(elsewhere).mode & 0o777).toBe(0o644);
  });

  it.each(['', 'not hex at all', 'abcd'])('is not taken from a file that holds %j', (text) => {
    mkdirSync(join(dir, 'new'));
    writeFileSync(path(), text, { mode: 0o600 });
    expect(keepLocalSecret(path())).toBeUndefined();
  });

  it('is none where it can not be kept', () => {
    writeFileSync(join(dir, 'new'), 'a file in the way');
    expect(keepLocalSecret(path())).toBeUndefined();
    expect(existsSync(path())).toBe(false);
  });
});
