// The workflows of GitHub: valid for GitHub's own parser, pinned, with few rights, and calling what there is.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

// GitHub's parser imports JSON in the way of bundlers, without saying so.
registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const { convertWorkflowTemplate, isMapping, NoOperationTraceWriter, parseWorkflow } = await import(
  '@actions/workflow-parser'
);

const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const { load } = builder('js-yaml') as { load: (text: string) => unknown };

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly 'runs-on'?: string;
  readonly container?: { readonly image: string };
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly uses?: string;
  readonly strategy?: { readonly matrix: { readonly lanes: readonly string[] } };
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = '.github/workflows';
const files = readdirSync(folder).map((name) => {
  const text = readFileSync(`${folder}/${name}`, 'utf8');
  const workflow = load(text) as Workflow;
  const jobs = Object.entries(workflow.jobs).map(([id, job]) => ({ id, ...job }));
  return { name, text, workflow, jobs };
});
const jobs = files.flatMap(({ name, ...file }) =>
  file.jobs.map((job) => ({ ...job, at: `${name}, ${job.id}` })),
);
const steps = jobs.flatMap((job) => (job.steps ?? []).map((step) => ({ ...step, job })));
const runs = steps.flatMap(({ run, job }) => (run === undefined ? [] : [{ run, job }]));
const onWindows = (job: Job) => job['runs-on']?.startsWith('windows') === true;

/** What GitHub says of a workflow before it runs: keys, expressions, jobs that wait for each other. */
async function problemsOf(name: string, content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value === undefined || !isMapping(value))
    return context.errors.getErrors().map(({ message }) => message);
  const { errors = [] } = await convertWorkflowTemplate(context, value);
  return errors.map(({ Message }) => Message);
}

it('are those that docs/release.md tells', () => {
  const told = [...readFileSync('docs/release.md', 'utf8').matchAll(/^\| `(\w+\.yml)`/gm)].map(
    ([, name]) => name,
  );
  expect(told.sort()).toEqual(files.map(({ name }) => name).sort());
});

describe('GitHub’s parser', () => {
  it.each(files)('takes $name', async ({ name, text }) => {
    expect(await problemsOf(name, text)).toEqual([]);
  });

  const job = 'runs-on: ubuntu-24.04\n    steps:\n      - run: npm ci';
  it('would take the wrong ones below without what is wrong', async () => {
    expect(await problemsOf('right.yml', `on: push\njobs:\n  a:\n    ${job}\n`)).toEqual([]);
  });

  it.each([
    ['a key that there is none', `on: push\njobs:\n  a:\n    timeout: 5\n    ${job}`],
    ['a right that there is none', `on: push\npermissions:\n  everything: write\njobs:\n  a:\n    ${job}`],
    ['a job that waits for none', `on: push\njobs:\n  a:\n    needs: b\n    ${job}`],
    ['an expression that ends nowhere', `on: push\njobs:\n  a:\n    if: \${{ github.ref == }}\n    ${job}`],
    ['a value that is not known there', `on: push\njobs:\n  a:\n    if: \${{ nothing.ref }}\n    ${job}`],
    ['an event that there is none', `on: pushed\njobs:\n  a:\n    ${job}`],
  ])('would not take %s', async (_, text) => {
    expect(await problemsOf('wrong.yml', `${text}\n`)).not.toEqual([]);
  });
});

describe('what others may change', () => {
  const uses = files.flatMap(({ name, text }) =>
    [...text.matchAll(/uses: (\S+)(?: # (\S+))?$/gm)].map(([, action = '', version]) => ({
      name,
      action,
      version,
    })),
  );

  it('is pinned: an action by the hash of a commit, which is the same everywhere, with its version', () => {
    const theirs = uses.filter(({ action }) => !action.startsWith('./'));
    expect(theirs.length).toBeGreaterThan(10);
    expect(theirs).toHaveLength(steps.filter((step) => step.uses !== undefined).length);
    for (const { action, version } of theirs) {
      expect(action).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
      expect(version).toMatch(/^v\d+\.\d+\.\d+$/);
    }
    const named = new Set(theirs.map(({ action }) => action.split('@')[0]));
    expect(new Set(theirs.map(({ action, version }) => `${action} ${version}`)).size).toBe(named.size);
  });

  it('is pinned: an image by its digest', () => {
    const images = jobs.flatMap(({ container }) => (container ? [container.image] : []));
    expect(images).toHaveLength(1);
    for (const image of images) expect(image).toMatch(/^node:[\w.-]+@sha256:[0-9a-f]{64}$/);
  });

  it('gets no line into a script: what GitHub fills in comes by the environment', () => {
    for (const { run } of runs) expect(run).not.toContain('${{');
  });
});

describe('rights', () => {
  it('are none but those that a job names, which is reading, but for the draft of a release', () => {
    for (const { workflow } of files) expect(workflow.permissions).toEqual({});
    const more = jobs.filter(({ permissions }) => JSON.stringify(permissions) !== '{"contents":"read"}');
    expect(more.map(({ at }) => at)).toEqual(['release.yml, draft']);
    expect(more[0]?.permissions).toEqual({
      attestations: 'write',
      contents: 'write',
      'id-token': 'write',
    });
  });

  it('are not with what the repository or its packages run', () => {
    const [draft] = jobs.filter(({ at }) => at === 'release.yml, draft');
    const taken = (draft?.steps ?? []).map(
      ({ uses = '', run = '' }) => uses.split('@')[0] || run.split(' ')[0],
    );
    expect(taken).toEqual(['actions/download-artifact', 'actions/attest-build-provenance', 'gh']);
  });

  it('are not for pull requests of strangers, which get no secret', () => {
    for (const { text, workflow } of files) {
      expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
      expect(Object.keys(workflow.on)).not.toContain('workflow_run');
      expect(text).not.toMatch(/\bsecrets\b/);
    }
    const tokens = files
      .filter(({ text }) => /github\.token|GITHUB_TOKEN/.test(text))
      .map(({ name }) => name);
    expect(tokens).toEqual(['release.yml']);
    expect(files.find(({ name }) => name === 'release.yml')?.workflow.on).toEqual({ push: { tags: ['v*'] } });
  });

  it('are not left behind by the checkout', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.length).toBeGreaterThan(5);
    for (const checkout of checkouts) expect(checkout.with?.['persist-credentials']).toBe(false);
  });
});

describe('a step', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  /** `npm run NAME`, `npm test` and what comes after `--`. */
  const calls = runs.flatMap(({ run }) =>
    [...run.matchAll(/^npm (?:run )?((?<=run )[\w:]+|test)(?: -- (.*))?$/gm)].map(
      ([, name = '', rest = '']) => ({
        name,
        args: rest.split(' ').filter((arg) => arg !== ''),
      }),
    ),
  );

  it('lets Git read what was checked out, where a container has another user', () => {
    const inContainers = jobs.filter(({ container }) => container !== undefined);
    expect(inContainers.map(({ at }) => at)).toEqual(['linux.yml, lanes']);
    for (const { steps = [] } of inContainers)
      expect(steps.find(({ run }) => run !== undefined)?.run).toBe(
        'git config --global --add safe.directory "$GITHUB_WORKSPACE"',
      );
  });

  it('calls scripts that there are', () => {
    expect(calls.length).toBeGreaterThan(10);
    for (const { name } of calls) expect(scripts).toHaveProperty([name]);
    const other = runs.flatMap(({ run }) => run.match(/^npm .*$/gm) ?? []).length - calls.length;
    expect(other).toBe(runs.filter(({ run }) => /^npm (ci$|sbom )/.test(run)).length);
  });

  it('gives them options that they have, and files that there are', () => {
    const withArguments = calls.filter(({ name, args }) => name !== 'test' && args.length > 0);
    expect(withArguments.length).toBeGreaterThan(3);
    for (const { name, args } of withArguments) {
      const [, script] = /^node (\S+\.mjs)/.exec(scripts[name] ?? '') ?? [];
      for (const option of args.flatMap((arg) => /^--([\w-]+)/.exec(arg)?.[1] ?? []))
        expect(readFileSync(script ?? '', 'utf8')).toMatch(
          new RegExp(`^ +'?${option}'?: \\{ type:|\\{ ${option}: \\{ type:`, 'm'),
        );
      if (script === undefined) for (const path of args) expect(existsSync(path), path).toBe(true);
    }
  });

  it('runs every lane that “npm test” has', () => {
    const { stderr } = spawnSync(process.execPath, ['scripts/test.mjs', 'no-such-lane'], {
      encoding: 'utf8',
    });
    const lanes = /Lanes: (.*)$/m.exec(stderr)?.[1]?.split(', ');
    const [job] = jobs.filter(({ at }) => at === 'linux.yml, lanes');
    const run = job?.strategy?.matrix.lanes.flatMap((part) => part.split(' ')) ?? [];
    expect([...new Set(run)].sort()).toEqual([...(lanes ?? [])].sort());
  });

  it('is one plain command on Windows, which PowerShell takes as any shell', () => {
    for (const { run } of runs.filter(({ job }) => onWindows(job)))
      expect(run).toMatch(/^(npm|npx|git) [\w/:. -]+$/);
  });

  it('calls programs of packages that are installed', () => {
    const named = runs.flatMap(({ run }) => /^npx --no ([\w-]+)$/.exec(run)?.[1] ?? []);
    expect(named).toEqual(['install-electron']);
    for (const name of named) expect(existsSync(`node_modules/.bin/${name}`)).toBe(true);
  });

  it('makes a draft of everything that is to be published, and of nothing else', () => {
    const [{ run = '' } = {}] = runs.filter(({ run }) => run.startsWith('gh '));
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-draft-'));
    try {
      mkdirSync(join(dir, 'published'));
      for (const name of ['SHA256SUMS', 'a.exe']) writeFileSync(join(dir, 'published', name), '');
      writeFileSync(join(dir, 'gh'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o700 });
      const env = {
        PATH: `${dir}:${process.env['PATH']}`,
        GITHUB_REF_NAME: 'v1.2.3',
        GITHUB_REPOSITORY: 'somebody/sallyport',
      };
      const { stdout } = spawnSync('bash', ['-e', '-c', run], { cwd: dir, env, encoding: 'utf8' });
      expect(stdout.trimEnd().split('\n')).toEqual([
        ...['release', 'create', 'v1.2.3', '--repo', 'somebody/sallyport', '--draft', '--verify-tag'],
        ...['--title', 'v1.2.3', '--notes', 'What has changed is in CHANGELOG.md.'],
        ...['published/SHA256SUMS', 'published/a.exe'],
      ]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  const shellcheck = spawnSync('shellcheck', ['--version']).error === undefined;
  it.runIf(shellcheck)('has nothing that shellcheck finds', () => {
    const check = (script: string) =>
      spawnSync('shellcheck', ['--shell=bash', '--severity=style', '-'], { input: script, encoding: 'utf8' });
    for (const { run } of runs.filter(({ job }) => !onWindows(job)))
      expect(check(run)).toMatchObject({ stdout: '' });
    expect(check('rm -r $1/x\n').status).not.toBe(0);
  });
});
