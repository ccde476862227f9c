// WSL in the window, on a wsl.exe that stands in for Windows’: looked at, shown, set up, tested and undone in a real shell.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wslGroup } from '../../../main/set-up/programs/wsl.ts';
import { SetUp } from '../../../main/set-up/set-up.ts';
import { createSetUpRecord } from '../../../main/set-up/set-up-record.ts';
import { programSetUpHandlers } from '../../../main/shell/requests/set-up-handlers.ts';
import { runWsl, Wsl } from '../../../main/use-with/wsl/wsl.ts';
import { InventedHome } from '../../main/set-up/invented-home.ts';
import { WslStandIn } from '../../main/use-with/wsl/wsl-stand-in.ts';
import type { Answers } from '../fake-main/fake-main.ts';
import { expectGoodLooks } from '../fake-main/looks.ts';
import { details, fewKeys, key, keysState } from '../fake-main/sample-keys.ts';
import { snippet } from '../fake-main/sample-snippet.ts';
import { expect, test } from '../fake-main/test.ts';

const command = { node: String.raw`C:\Program Files\Sallyport\node.exe`, script: String.raw`C:\cli.js` };
const wslPage = { section: 'use-with', snippet: 'wsl' } as const;
const sizes = [
  { width: 880, height: 640 },
  { width: 480, height: 420 },
] as const;

let home: InventedHome;
let standIn: WslStandIn;
test.beforeEach(() => {
  home = new InventedHome();
  standIn = new WslStandIn(['dash']).withSystemd();
  standIn.tool('ssh-add', 'echo "256 SHA256:x me (ED25519)"');
  writeFileSync(join(standIn.home, '.bashrc'), 'mine\n');
  writeFileSync(join(standIn.dir, 'running'), 'Ubuntu\n');
});
test.afterEach(() => {
  home[Symbol.dispose]();
  standIn.remove();
});

/** The answers of the main process itself. */
function answers(limitMs?: number): Answers {
  const setUp = new SetUp({
    programs: [],
    groups: [wslGroup],
    record: createSetUpRecord(home.path('set-up.json')),
    around: home.around({ wsl: new Wsl(command, runWsl(standIn.program), limitMs) }),
  });
  const handlers = programSetUpHandlers(setUp);
  const from = { role: 'keys', webContentsId: 1 } as never;
  return {
    'keys.details': () => details(key(1)),
    'snippets.get': () => snippet,
    'setUp.programs': (input) => handlers['setUp.programs'](input, from),
    'setUp.look': (input) => handlers['setUp.look'](input, from),
    'setUp.apply': (input) => handlers['setUp.apply'](input, from),
    'setUp.undo': (input) => handlers['setUp.undo'](input, from),
    'setUp.test': (input) => handlers['setUp.test'](input, from),
  };
}

test('a distribution is set up as shown, tested, and as before after the undo', async ({
  openKeys,
  page,
}, testInfo) => {
  const main = await openKeys(keysState(fewKeys), answers());
  await main.emit('view.show', wslPage);
  const ubuntu = page.getByRole('listitem', { name: 'Ubuntu (WSL)' });
  await expect(ubuntu).toContainText('Not set up');
  await expect(ubuntu).toContainText('comes: export SSH_AUTH_SOCK="$HOME/.ssh/sallyport.sock"');
  await expect(page.getByRole('listitem', { name: 'Debian (WSL)' })).toContainText('Debian is not running');
  await expectGoodLooks(page, testInfo, 'keys-wsl-to-set-up', ...sizes);
  await ubuntu.getByRole('button', { name: 'Set up Ubuntu (WSL)' }).click();
  await expect(ubuntu.getByRole('status')).toHaveText(
    /ssh-add in Ubuntu asks Sallyport through the relay, and lists 1 key there/,
  );
  await expect(ubuntu).toContainText('Works');
  expect(readFileSync(join(standIn.home, '.bashrc'), 'utf8')).toContain('# >>> sallyport >>>');
  await expectGoodLooks(page, testInfo, 'keys-wsl-set-up', ...sizes);
  await ubuntu.getByRole('button', { name: 'Undo the set-up of Ubuntu (WSL)' }).click();
  await expect(ubuntu).toContainText('Not set up');
  expect(readFileSync(join(standIn.home, '.bashrc'), 'utf8')).toBe('mine\n');
  expect(existsSync(join(standIn.home, '.local/share/sallyport'))).toBe(false);
});

test('a wsl.exe that hangs is said so, and no distribution is what is said where there is none', async ({
  openKeys,
  page,
}, testInfo) => {
  writeFileSync(standIn.program, '#!/bin/sh\nsleep 30\n');
  const main = await openKeys(keysState(fewKeys), answers(1500));
  await main.emit('view.show', wslPage);
  const wsl = page.getByRole('listitem', { name: 'WSL', exact: true });
  await expect(wsl).toContainText('Looking…');
  await expect(wsl).toContainText('WSL didn’t answer within 1.5 seconds.');
  await expect(wsl).toContainText('Not yet');
  await expectGoodLooks(page, testInfo, 'keys-wsl-hangs', ...sizes);
  writeFileSync(standIn.program, '#!/bin/sh\nexit 1\n');
  await main.emit('doors.changed', []);
  await expect(wsl).toContainText('WSL is not installed, or has no distribution');
});
