// The Electron checklist (STYLE.md §4), asserted in running pages and in what the main process told Electron.

import type { Page } from '@playwright/test';
import AxeBuilder from 'axe-core';
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, test } from './driver/fixtures.ts';
import type { RunningApp } from './driver/running-app.ts';
import { addEncrypted, signLogin } from './signing.ts';

/** Tries what a script that got into the page would try first, and collects which directives stop it. */
async function provokePolicy(page: Page): Promise<void> {
  await page.evaluate(() => {
    const blocked: string[] = [];
    Object.assign(window, { blocked });
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      blocked.push(effectiveDirective),
    );
    const add = (name: string, text: string) => {
      const element = document.createElement(name);
      element.append(text);
      document.head.append(element);
    };
    add('style', 'body { display: none }');
    try {
      add('script', 'window.wasRun = true');
    } catch {
      // Trusted types stop it before the script directive does.
    }
    void fetch('https://example.invalid/').catch(() => {});
    const frame = document.createElement('iframe');
    frame.src = 'https://example.invalid/';
    document.body.append(frame);
    const image = new Image();
    image.src = 'https://example.invalid/pixel.png';
  });
}

const blockedDirectives = async (page: Page) =>
  new Set(await page.evaluate(() => (window as unknown as { blocked: string[] }).blocked));

/** What the stand-in has noted under that name; the desktop of a real Electron tells nothing. */
const noted = async (app: RunningApp, name: string) =>
  (await app.desktop('calls', {})).filter((call) => call.name === name).map((call) => call.arguments);

test.beforeEach(async ({ sallyport, connect, home }) => {
  const client = await connect();
  const blob = await addEncrypted(client, home);
  void signLogin(client, blob).catch(() => {});
  await sallyport.showKeys();
  await sallyport.page('prompt');
});

for (const role of ['keys', 'prompt'] as const) {
  test(`the ${role} page runs under a content security policy that lets it reach nothing`, async ({
    sallyport,
  }) => {
    const page = await sallyport.page(role);
    await provokePolicy(page);
    await expect
      .poll(() => blockedDirectives(page))
      .toEqual(
        new Set(['style-src-elem', 'require-trusted-types-for', 'connect-src', 'frame-src', 'img-src']),
      );
    expect(await page.evaluate(() => 'wasRun' in window)).toBe(false);
    // Later, since the debugger's own evaluation is exempt from the policy.
    const evaluated = await page.evaluate(
      () =>
        new Promise((resolve) =>
          setTimeout(() => {
            try {
              resolve(new Function('return "ran"')());
            } catch (error) {
              resolve((error as Error).name);
            }
          }),
        ),
    );
    expect(evaluated).toBe('EvalError');
  });

  test(`the ${role} page has the bridge and nothing of Node or Electron`, async ({ sallyport }) => {
    const page = await sallyport.page(role);
    const seen = await page.evaluate(() => {
      const all = window as unknown as Record<string, unknown>;
      const bridge = all['sallyport'] as object;
      return {
        names: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter(
          (name) => name in all,
        ),
        bridge: Object.keys(bridge),
        isFrozen: Object.isFrozen(bridge),
      };
    });
    expect(seen).toEqual({ names: [], bridge: ['request', 'on'], isFrozen: true });
  });

  test(`the ${role} page gets no answer to what only the other page may ask`, async ({ sallyport }) => {
    const page = await sallyport.page(role);
    const [name, input] = role === 'keys' ? ['prompt.get', {}] : ['state.get', {}];
    const outcome = await page.evaluate(
      async ([requestName, requestInput]) => {
        const { sallyport: bridge } = window as unknown as {
          sallyport: { request(name: unknown, input: unknown): Promise<{ ok: boolean; code: string }> };
        };
        return await bridge.request(requestName, requestInput);
      },
      [name, input],
    );
    expect(outcome).toMatchObject({ ok: false, code: 'refused' });
  });

  test(`the ${role} page can't open windows`, async ({ sallyport }) => {
    const page = await sallyport.page(role);
    await page.evaluate(() => void window.open('https://example.invalid/'));
    if (driverName === 'stand-in')
      await expect.poll(() => noted(sallyport, 'window opened')).toEqual([['deny']]);
    else await page.waitForTimeout(300);
    const others = () =>
      page
        .context()
        .pages()
        .filter((other) => other.url().includes('example'));
    await expect.poll(others).toEqual([]);
  });

  test(`the ${role} page can't go anywhere`, async ({ sallyport }) => {
    const page = await sallyport.page(role);
    await page.waitForLoadState();
    const before = page.url();
    const asked: (readonly unknown[])[] = [];
    for (const url of ['https://example.invalid/', `${new URL(before).origin}/other.html`]) {
      await page.evaluate((address) => location.assign(address), url);
      asked.push(['page', 'prevented']);
      if (driverName === 'stand-in') await expect.poll(() => noted(sallyport, 'navigation')).toEqual(asked);
      await page.waitForTimeout(300);
      expect(page.url()).toBe(before);
    }
  });

  test(`the ${role} page has no accessibility violations that axe can find`, async ({ sallyport }) => {
    const page = await sallyport.page(role);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^(Keys|Unlock this key\?)$/);
    // Evaluated by the debugger, which the page's policy does not bind.
    const violations = await page.evaluate(`(async () => {
      const module = { exports: {} };
      ${AxeBuilder.source};
      const results = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
      return results.violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' '));
    })()`);
    expect(violations).toEqual([]);
  });
}

test('a page is served no files but its own', async ({ sallyport }) => {
  test.skip(driverName !== 'stand-in', 'Electron opens no page for a test');
  const page = await sallyport.page('prompt');
  const base = new URL(page.url()).origin;
  for (const path of ['/keys/index.html', '/../keys/index.html', '/%2e%2e/main/app.js', '/package.json', '/'])
    expect(
      (
        await page
          .context()
          .newPage()
          .then((other) => other.goto(`${base}${path}`).catch(() => null))
      )?.status() ?? 404,
    ).toBe(404);
});

test('main told Electron to sandbox pages and to ask it about every permission', async ({ sallyport }) => {
  test.skip(driverName !== 'stand-in', onlyStandIn);
  const calls = await sallyport.desktop('calls', {});
  const names = calls.map(({ name }) => name);
  expect(names).toContain('app.enableSandbox');
  expect(names).toContain('app.requestSingleInstanceLock');
  for (const partition of ['', 'pages'])
    for (const handler of [
      'setPermissionRequestHandler',
      'setPermissionCheckHandler',
      'setDevicePermissionHandler',
      'setDisplayMediaRequestHandler',
      'setBluetoothPairingHandler',
    ])
      expect(calls).toContainEqual({ name: `session.${handler}`, arguments: [partition, 'function'] });
});
