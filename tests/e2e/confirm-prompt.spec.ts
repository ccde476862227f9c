// A key marked "confirm each use": the person allows, denies, remembers, or does not answer.
import type { AgentClient } from '../../main/client/agent-client.ts';
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, test } from './driver/fixtures.ts';
import { addClear, signAndPrompt, signLogin } from './signing.ts';

/** A key in clear, so that the confirmation is the only question. */
async function addConfirmed(client: AgentClient, home: string): Promise<Uint8Array> {
  return await addClear(client, home, { confirm: true });
}

test('“Allow” gives the client its signature, and the next use asks again', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const blob = await addConfirmed(client, home);
  for (let use = 0; use < 2; use++) {
    const { signed, prompt } = await signAndPrompt(sallyport, client, blob);
    await expect(prompt.page.getByText('Log in as “alice”')).toBeVisible();
    await prompt.click(prompt.allow);
    expect(await signed).toBe(true);
    await prompt.gone(sallyport);
  }
});

for (const how of ['the Deny button', 'the Escape key', 'Enter on the focused button'] as const)
  test(`${how} refuses the client`, async ({ sallyport, connect, home }) => {
    const client = await connect();
    const { signed, prompt } = await signAndPrompt(sallyport, client, await addConfirmed(client, home));
    await prompt.waitOutGuard();
    await expect(prompt.deny).toBeFocused();
    if (how === 'the Deny button') await prompt.deny.click();
    else if (how === 'the Escape key') await prompt.escape();
    // The window may be gone before the key is up again.
    else await prompt.page.keyboard.press('Enter').catch(() => {});
    await expect(signed).rejects.toThrow('refused to sign');
    await prompt.gone(sallyport);
  });

test('a remembered “Allow” answers the next request of the same kind, until it is revoked', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const blob = await addConfirmed(client, home);
  const { signed: first, prompt } = await signAndPrompt(sallyport, client, blob);
  await prompt.waitOutGuard();
  await prompt.choose('5 minutes');
  await prompt.allow.click();
  expect(await first).toBe(true);
  await prompt.gone(sallyport);
  expect(await signLogin(client, blob)).toBe(true);

  const keys = await sallyport.showKeys();
  await keys.getByRole('button', { name: 'Approvals' }).click();
  await keys
    .getByRole('button', { name: /^Revoke(?! all)/ })
    .first()
    .click();
  await expect(keys.getByText(/nothing is remembered|no approvals/i)).toBeVisible();
  const { signed: second, prompt: again } = await signAndPrompt(sallyport, client, blob);
  await again.click(again.allow);
  expect(await second).toBe(true);
});

test('nobody answers in time: the client is refused', async ({ home, launchWith }) => {
  const { app, connect } = await launchWith({ confirmTimeLimitSeconds: 15 });
  const client = await connect();
  const { signed, prompt } = await signAndPrompt(app, client, await addConfirmed(client, home));
  await expect(prompt.page.getByRole('timer')).toBeVisible();
  await expect(signed).rejects.toThrow();
  await prompt.gone(app);
});

test('nothing can be clicked within the guard time, and main counts no early answer', async ({
  sallyport,
  connect,
  home,
}) => {
  test.skip(driverName !== 'stand-in', onlyStandIn);
  const client = await connect();
  const blob = await addConfirmed(client, home);
  const { signed, prompt } = await signAndPrompt(sallyport, client, blob);
  await prompt.waitOutGuard();
  await sallyport.desktop('blurWindow', { title: 'Allow the use of a key?' });
  await expect(prompt.allow).toBeDisabled();
  await sallyport.desktop('holdClock', { isHeld: true });
  await sallyport.desktop('focusWindow', { title: 'Allow the use of a key?' });
  const [early, unfocusedIsNo] = await prompt.page.evaluate(async () => {
    const { sallyport: bridge } = window as unknown as {
      sallyport: { request(name: string, input: unknown): Promise<{ value: unknown }> };
    };
    const { id } = (await bridge.request('prompt.get', {})).value as { id: string };
    const answer = { id, revision: 0, answer: 'allow', remember: 'until-locked' };
    const outcome = await bridge.request('prompt.answerConfirm', answer);
    return [outcome.value, (await bridge.request('prompt.cancel', { id })).value];
  });
  expect([early, unfocusedIsNo]).toEqual(['too-early', 'too-early']);
  await sallyport.desktop('holdClock', { isHeld: false });
  await prompt.click(prompt.allow);
  expect(await signed).toBe(true);
});

test('nothing counts while Windows keeps the foreground from the window, whatever Electron says of its focus', async ({
  sallyport,
  connect,
  home,
}) => {
  test.skip(driverName !== 'stand-in', onlyStandIn);
  const title = 'Allow the use of a key?';
  await sallyport.desktop('refuseFocus', { isRefused: true });
  const client = await connect();
  const { signed, prompt } = await signAndPrompt(sallyport, client, await addConfirmed(client, home));
  await expect(prompt.page.getByText('Click this window to answer')).toBeVisible();
  const allow = () =>
    prompt.page.evaluate(async () => {
      const { sallyport: bridge } = window as unknown as {
        sallyport: { request(name: string, input: unknown): Promise<{ value: unknown }> };
      };
      const { id } = (await bridge.request('prompt.get', {})).value as { id: string };
      const answer = { id, revision: 0, answer: 'allow', remember: 'no' };
      return (await bridge.request('prompt.answerConfirm', answer)).value;
    });
  // The guard would be over by then, if it had begun.
  await prompt.page.waitForTimeout(700);
  expect(await allow()).toBe('too-early');
  await expect(prompt.allow).toBeDisabled();
  // Of the click that brings the foreground Electron says nothing: it thought the window active all the time.
  await sallyport.desktop('focusWindow', { title });
  await expect(prompt.page.getByText('Click this window to answer')).toBeHidden();
  await prompt.click(prompt.allow);
  expect(await signed).toBe(true);
});
