import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDir } from '../lane/paths.ts';
import { bundleForWindows, describeWindows, runWindows } from '../lane/windows-program.ts';

describeWindows('what setting up asks of Windows', () => {
  test('services, the Run key, a command as administrator, and a file replaced', async () => {
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/set-up.ts'));
    const result = await runWindows(script, []);
    if (result.output === '') throw new Error(result.errorOutput);
    expect(JSON.parse(result.output)).toEqual({
      set: [{ name: 'Sallyport test Ω', value: '"C:\\x\\pageant.exe" “k”' }],
      removed: [],
      missing: null,
      service: { startType: expect.any(Number), isRunning: expect.any(Boolean) },
      startupFolder: expect.stringMatching(/\\Start Menu\\Programs\\Startup$/),
      isAllowed: true,
      isMade: true,
      replaced: ['new', false],
    });
  });
});
