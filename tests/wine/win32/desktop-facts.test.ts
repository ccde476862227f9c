import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDir } from '../lane/paths.ts';
import { bundleForWindows, describeWindows, runWindows } from '../lane/windows-program.ts';

describeWindows('the desktop', () => {
  test('tells the window in the foreground, numbers in the registry and the message of a new taskbar', async () => {
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/desktop-facts.ts'));
    const result = await runWindows(script);
    if (result.output === '') throw new Error(result.errorOutput);
    const { message, ...facts } = JSON.parse(result.output);
    expect(facts).toEqual({ inFront: [0, 1], numbers: ['none', 0, 1, 0xffff_ffff, 'none'], isSame: true });
    // Where RegisterWindowMessage puts them.
    expect(message).toBeGreaterThanOrEqual(0xc000);
    expect(message).toBeLessThanOrEqual(0xffff);
  });
});
