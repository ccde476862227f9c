import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDir, windowsPath } from '../lane/paths.ts';
import { bundleForWindows, describeWindows, laneWorkDir, runWindows } from '../lane/windows-program.ts';

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

describeWindows('the place of an end-to-end test', () => {
  test('is where a program keeps its files and listens that was started with its environment', async () => {
    const home = join(laneWorkDir(), 'e2e home');
    mkdirSync(home);
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/app-place.ts'));
    const result = await runWindows(script, [windowsPath(home)]);
    if (result.output === '') throw new Error(result.errorOutput);
    const { socketPath, dataDirectory, reply } = JSON.parse(result.output);
    expect(socketPath).toMatch(/^\\\\\.\\pipe\\sallyport\.S-1-5-/);
    expect(dataDirectory).toBe(`${windowsPath(home)}\\userData`);
    expect(reply).toEqual([12, 0, 0, 0, 0]);
    expect(JSON.parse(readFileSync(join(home, 'found.json'), 'utf8'))).toEqual({
      home: windowsPath(home),
      settings: `${windowsPath(home)}\\AppData\\Roaming\\Sallyport`,
    });
  });
});
