// Each in a process of its own, whose output it is.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const source = new URL('../../../main/cli/standard-output.ts', import.meta.url).href;

function argumentsFor(script: string): string[] {
  const whole = `const fs = process.getBuiltinModule('node:fs');
    const loaded = () => process.moduleLoadList.filter((name) => /NativeModule (net|tty|stream)$/.test(name)).join();
    const { StandardOutput } = await import(${JSON.stringify(source)});
    const output = new StandardOutput(1);
    const told = (text) => fs.writeSync(2, String(text));
    ${script}`;
  return ['--input-type=module', '--no-warnings', '-e', whole];
}

/** Runs `script` with `output`, and returns what it complained of. */
function run(script: string, stdout: 'pipe' | 'ignore' | number = 'pipe') {
  const { stdout: out, stderr } = spawnSync(process.execPath, argumentsFor(script), {
    stdio: ['ignore', stdout, 'pipe'],
    encoding: 'utf8',
  });
  return { out, told: stderr };
}

describe.skipIf(process.platform === 'win32')('what is written to', () => {
  it('a pipe arrives in order, without what streams need', () => {
    const script = `const before = loaded();
      for (const text of ['a', 'ü\\n', 'x'.repeat(300_000)]) await output.write(text);
      await output.end();
      told([output.columns, loaded() === before]);`;
    expect(run(script)).toEqual({ out: `aü\n${'x'.repeat(300_000)}`, told: ',true' });
  });

  it('a file arrives, and what nobody wants goes', () => {
    const dir = mkdtempSync(join(tmpdir(), 'standard-output-'));
    const file = openSync(join(dir, 'f'), 'w');
    expect(run("await output.write('text'); told(output.columns)", file).told).toBe('undefined');
    closeSync(file);
    expect(readFileSync(join(dir, 'f'), 'utf8')).toBe('text');
    rmSync(dir, { recursive: true });
    const script = `const before = loaded(); await output.write('text'); told(loaded() === before)`;
    expect(run(script, 'ignore').told).toBe('true');
  });

  it('somebody who has gone is refused, each time', () => {
    const pipe = `exec 3>&1; { ${JSON.stringify(process.execPath)} "$@" 2>&3; } | true`;
    // Until `true` has ended its input is there.
    const script = `for (let refused = 0; refused < 2; )
        await output.write('text').catch(({ code }) => { refused++; told(code); });`;
    const { stdout } = spawnSync('sh', ['-c', pipe, 'sh', ...argumentsFor(script)], { encoding: 'utf8' });
    expect(stdout).toBe('EPIPEEPIPE');
  });

  it('something that nobody waits for arrives all the same, in order', () => {
    const script = `const { writeSync } = fs;
      let calls = 0;
      fs.writeSync = (descriptor, bytes) => {
        calls++;
        if (calls === 1) return writeSync(descriptor, bytes, 0, 3);
        throw Object.assign(new Error('busy'), { code: 'EAGAIN' });
      };
      process.getBuiltinModule('node:module').syncBuiltinESMExports();
      await output.write('one two ');
      await output.write('three');
      await output.end();
      fs.writeSync = writeSync;
      told(calls);`;
    expect(run(script)).toEqual({ out: 'one two three', told: '2' });
  });
});
