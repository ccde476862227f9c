import { userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { projectDir } from '../lane/paths.ts';
import { bundleForWindows, describeWindows, runWindows } from '../lane/windows-program.ts';

describeWindows('the user of this process', () => {
  let facts: Record<string, unknown>;

  beforeAll(async () => {
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/current-user.ts'));
    const { output, errorOutput } = await runWindows(script);
    if (output === '') throw new Error(errorOutput);
    facts = JSON.parse(output);
  });

  test('has the SID of its token, by its own process and by its pid', () => {
    expect(facts['userSid']).toMatch(/^S-1-5-21-\d+-\d+-\d+-\d+$/);
    expect(facts['ownSidByPid']).toBe(facts['userSid']);
  });

  test('has a process object whose owner can be read', () => {
    expect(facts['processOwnerSid']).toMatch(/^S-1-5-/);
    expect(facts['processDescriptor']).toMatchObject({ ownerSid: facts['processOwnerSid'] });
  });

  test('has no SID where there is no process', () => {
    expect(facts['sidOfNobody']).toBeNull();
  });

  test('has the integrity level of its token, and a process of which nothing is known counts as below it', () => {
    // Wine runs everything as an administrator would.
    expect(facts).toMatchObject({ integrityLevel: 0x3000, isBelowItself: false, isNobodyBelow: true });
  });

  test('is known to PuTTY by its account name where no directory answers', () => {
    expect(facts['accountName']).toBe(userInfo().username);
    expect(facts['principalName']).toBeNull();
    // The one form of the name that Wine has.
    expect(facts['samCompatibleName']).toMatch(new RegExp(`^[^\\\\]+\\\\${userInfo().username}$`));
    expect(facts['puttyUserNames']).toEqual([userInfo().username]);
  });

  test('has passphrases in the code page that PuTTYgen stores them in', () => {
    expect(facts['codePage']).toBe(1252);
    expect(facts['umlautBytes']).toEqual([0xfc, 0x62]);
    expect(facts['foreign']).toBe('a?');
    expect(facts['nothing']).toBe(0);
  });

  test('is told which call failed, in Windows\u2019 words', () => {
    expect(facts['error']).toMatchObject({ code: 87, isWin32Error: true });
    expect((facts['error'] as { message: string }).message).toMatch(
      /^OpenProcess failed: .+ \(Windows error 87\)$/,
    );
  });
});
