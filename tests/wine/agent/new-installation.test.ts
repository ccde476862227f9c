// The first agent of a person on Windows, in an AppData where nothing of ours is.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closedPath, describeWindows } from '../lane/windows-program.ts';
import { Askpass } from './askpass.ts';
import { runSallyport, startAgent } from './windows-command.ts';

describeWindows('the first agent of a person on Windows', () => {
  test('says what it asks about and has it stored, leaves it open where it can ask nobody, and misses what is lost', async () => {
    const appData = closedPath('roaming');
    mkdirSync(appData.unix);
    // Wine sets the variable to the person's folder, whatever we set.
    const setting = closedPath('app-data.cjs');
    writeFileSync(setting.unix, `process.env.APPDATA = ${JSON.stringify(appData.windows)};`);
    const rules = join(appData.unix, 'Sallyport', 'rules.json');
    const askpass = new Askpass();
    const env = { ...askpass.env, NODE_OPTIONS: `--require=${setting.windows}` };
    const wordsOf = async (...args: string[]) => {
      const { program } = await startAgent(['--doors', 'own-pipe', ...args], { env });
      expect((await runSallyport(['agent', '--stop'], { env })).exitCode).toBe(0);
      return (await program.result).errorOutput;
    };
    expect(await wordsOf('--no-prompt')).toContain('nobody can be asked here');
    expect(existsSync(rules)).toBe(false);
    expect(await wordsOf('--askpass', askpass.program)).toContain('so you are asked when something is new');
    expect(JSON.parse(readFileSync(rules, 'utf8'))).toMatchObject({ defaultLevel: 'new' });
    rmSync(rules);
    expect(await wordsOf('--askpass', askpass.program)).toContain('is gone: there was one before');
    expect(existsSync(rules)).toBe(false);
  });
});
