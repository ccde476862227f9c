// sallyport(1) as readers of manual pages take it.
import { expect, it } from 'vitest';
import { describeWith } from './support/installed-programs.ts';
import { run, runOk } from './support/run-program.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();

async function manualPage(): Promise<string> {
  return space.write('sallyport.1', await runOk('sallyport', ['help', '--man'], { env: space.env }));
}

describeWith(['mandoc'], 'the manual page', () => {
  it('has nothing that mandoc complains of, but that it has no date', async () => {
    const { stdout } = await run('mandoc', ['-T', 'lint', '-W', 'warning', await manualPage()], {
      env: space.env,
    });
    expect(stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
  });

  it('reads as the help does, line for line where columns matter', async () => {
    const text = await runOk('mandoc', ['-T', 'utf8', '-O', 'width=200', await manualPage()], {
      env: space.env,
    });
    // Bold and underlined letters are struck twice.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a backspace is what is looked for
    const plain = text.replace(/.\x08/g, '').replaceAll('\u2010', '-');
    const help = await runOk('sallyport', ['help', 'list'], { env: space.env });
    for (const line of help.split('\n').filter((line) => line.startsWith('  ')))
      expect(plain).toContain(line.trim());
    expect(plain).toContain('eval "$(sallyport agent --background)"');
  });
});
