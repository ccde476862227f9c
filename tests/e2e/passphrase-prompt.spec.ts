// A client asks over the socket for a signature with a key kept encrypted; the person answers in the window.
import { randomUUID } from 'node:crypto';
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, passphrase, test } from './driver/fixtures.ts';
import { PromptPage } from './pages/prompt-page.ts';
import { addEncrypted, signAndPrompt, signLogin } from './signing.ts';

const title = 'Unlock a key';

test('the right passphrase gives the client its signature and ends the window', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const blob = await addEncrypted(client, home);
  const { signed, prompt } = await signAndPrompt(sallyport, client, blob);
  await expect(prompt.page.getByText('Log in as “alice”')).toBeVisible();
  await prompt.answer(passphrase);
  expect(await signed).toBe(true);
  await prompt.gone(sallyport);
  // Unlocked until locked: nobody is asked again.
  expect(await signLogin(client, blob)).toBe(true);
});

test('a wrong passphrase keeps the window, says so and clears the field; the right one then counts', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const { signed, prompt } = await signAndPrompt(sallyport, client, await addEncrypted(client, home));
  await prompt.answer('not it');
  await expect(prompt.page.getByRole('alert').filter({ hasText: 'does not open this key' })).toBeVisible();
  await expect(prompt.field).toHaveValue('');
  await prompt.answer(passphrase);
  expect(await signed).toBe(true);
  await prompt.gone(sallyport);
});

for (const how of ['the Cancel button', 'the Escape key'] as const)
  test(`${how} refuses the client and ends the window`, async ({ sallyport, connect, home }) => {
    const client = await connect();
    const { signed, prompt } = await signAndPrompt(sallyport, client, await addEncrypted(client, home));
    if (how === 'the Cancel button') await prompt.click(prompt.cancel);
    else await prompt.escape();
    await expect(signed).rejects.toThrow('refused to sign');
    await prompt.gone(sallyport);
  });

test('closing the window refuses the client', async ({ sallyport, connect, home }) => {
  test.skip(driverName !== 'stand-in', onlyStandIn);
  const client = await connect();
  const { signed } = await signAndPrompt(sallyport, client, await addEncrypted(client, home));
  await sallyport.desktop('closeWindow', { title });
  await expect(signed).rejects.toThrow();
});

test('a crash of the renderer refuses the client, and the next question gets a new window', async ({
  sallyport,
  connect,
  home,
}) => {
  test.skip(driverName !== 'stand-in', onlyStandIn);
  const client = await connect();
  const { signed: refused, prompt: crashed } = await signAndPrompt(
    sallyport,
    client,
    await addEncrypted(client, home),
  );
  await sallyport.desktop('crashWindow', { title });
  await expect(refused).rejects.toThrow();
  const titles = async () => (await sallyport.desktop('windows', {})).map((window) => window.title);
  await expect.poll(titles).not.toContain(title);
  await crashed.gone(sallyport);
  // Another key, since a program that asks again right after a "no" is kept quiet for a while.
  const other = await addEncrypted(client, home, 'p256.ppk-argon2id');
  const { signed, prompt } = await signAndPrompt(sallyport, client, other);
  await prompt.answer(passphrase);
  expect(await signed).toBe(true);
});

test('a client that hangs up takes its window with it', async ({ sallyport, connect, home }) => {
  const client = await connect();
  const { signed, prompt } = await signAndPrompt(sallyport, client, await addEncrypted(client, home));
  client.close();
  await expect(signed).rejects.toThrow();
  await prompt.gone(sallyport);
});

test('two clients that wait for one key are listed in one window and both served', async ({
  sallyport,
  connect,
  home,
}) => {
  const [first, second] = [await connect(), await connect()];
  const blob = await addEncrypted(first, home);
  const { signed: signedFirst, prompt } = await signAndPrompt(sallyport, first, blob);
  const signedSecond = signLogin(second, blob, 'bob');
  await expect(prompt.page.getByText('Log in as “bob”')).toBeVisible();
  await prompt.answer(passphrase);
  expect(await Promise.all([signedFirst, signedSecond])).toEqual([true, true]);
});

test('questions about two keys come one after another', async ({ sallyport, connect, home }) => {
  const [first, second] = [await connect(), await connect()];
  const firstBlob = await addEncrypted(first, home);
  const secondBlob = await addEncrypted(first, home, 'p256.ppk-argon2id');
  const { signed: signedFirst, prompt } = await signAndPrompt(sallyport, first, firstBlob);
  const signedSecond = signLogin(second, secondBlob);
  await expect(prompt.page.getByText(/more question/)).toBeVisible();
  await prompt.answer(passphrase);
  expect(await signedFirst).toBe(true);
  await expect.poll(() => prompt.page.isClosed()).toBe(true);
  await new PromptPage(await sallyport.page('prompt')).answer(passphrase);
  expect(await signedSecond).toBe(true);
});

test('a key unlocked for one use is asked for again', async ({ sallyport, connect, home }) => {
  const client = await connect();
  const blob = await addEncrypted(client, home);
  for (let use = 0; use < 2; use++) {
    const { signed, prompt } = await signAndPrompt(sallyport, client, blob);
    await prompt.choose('This use only');
    await prompt.answer(passphrase);
    expect(await signed).toBe(true);
    await prompt.gone(sallyport);
  }
});

test('nobody answers in time: the client is refused and the window ends', async ({ home, launchWith }) => {
  const { app, connect } = await launchWith({ passphraseTimeLimitSeconds: 15 });
  const client = await connect();
  const { signed, prompt } = await signAndPrompt(app, client, await addEncrypted(client, home));
  await expect(prompt.page.getByRole('timer')).toBeVisible();
  await expect(signed).rejects.toThrow();
  await prompt.gone(app);
});

test('without the focus the window takes no passphrase and says where to click', async ({
  sallyport,
  connect,
  home,
}) => {
  test.skip(driverName !== 'stand-in', onlyStandIn);
  await sallyport.desktop('refuseFocus', { isRefused: true });
  const client = await connect();
  const { signed, prompt } = await signAndPrompt(sallyport, client, await addEncrypted(client, home));
  await expect(prompt.field).toHaveAttribute('placeholder', 'Click here to type');
  await expect
    .poll(() => sallyport.desktop('calls', {}))
    .toContainEqual({ name: 'window.flashFrame', arguments: [true] });
  // The guard would be over by then.
  await prompt.page.waitForTimeout(700);
  await prompt.typeAndPressEnter(passphrase);
  await expect(prompt.field).toHaveValue(passphrase);
  await prompt.field.fill('');
  await sallyport.desktop('focusWindow', { title });
  await prompt.answer(passphrase);
  expect(await signed).toBe(true);
});

test('an answer within the guard time, one that is late and one for another question do not count', async ({
  sallyport,
  connect,
  home,
}) => {
  test.skip(driverName !== 'stand-in', onlyStandIn);
  const client = await connect();
  const { signed, prompt } = await signAndPrompt(sallyport, client, await addEncrypted(client, home));
  await prompt.waitOutGuard();
  const give = (attempt: number, text: string, otherId?: string) =>
    prompt.page.evaluate(
      async ([attemptGiven, textGiven, idGiven]) => {
        const { sallyport: bridge } = window as unknown as {
          sallyport: { request(name: string, input: unknown): Promise<{ value: unknown }> };
        };
        const { id } = (await bridge.request('prompt.get', {})).value as { id: string };
        const answer = {
          attempt: attemptGiven,
          revision: 0,
          passphrase: new TextEncoder().encode(textGiven),
          keep: 'once',
        };
        return (await bridge.request('prompt.answerPassphrase', { id: idGiven ?? id, ...answer })).value;
      },
      [attempt, text, otherId] as const,
    );
  // The focus that comes back starts the guard anew, whatever the page thinks.
  await sallyport.desktop('blurWindow', { title });
  await sallyport.desktop('holdClock', { isHeld: true });
  await sallyport.desktop('focusWindow', { title });
  expect(await give(1, passphrase)).toBe('too-early');
  await sallyport.desktop('holdClock', { isHeld: false });
  await prompt.waitOutGuard();
  expect(await give(2, passphrase)).toBe('already-answered');
  expect(await give(1, passphrase, randomUUID())).toBe('already-answered');
  // A wrong one, so that the window is still there for the next.
  expect(await give(1, 'not it')).toBe('accepted');
  expect(await give(1, passphrase)).toBe('already-answered');
  await prompt.answer(passphrase);
  expect(await signed).toBe(true);
});

test('the window is on the monitor of the mouse pointer, on top, and hidden from screen capture', async ({
  sallyport,
  connect,
  home,
}) => {
  test.skip(driverName !== 'stand-in', onlyStandIn);
  const client = await connect();
  const { prompt } = await signAndPrompt(sallyport, client, await addEncrypted(client, home));
  await prompt.waitOutGuard();
  const windows = await sallyport.desktop('windows', {});
  const window = windows.find((candidate) => candidate.title === title);
  // The stand-in's second monitor begins at 1280.
  expect(window).toMatchObject({ isVisible: true, isFocused: true, alwaysOnTop: true });
  expect(window?.x).toBeGreaterThanOrEqual(1280);
  const calls = await sallyport.desktop('calls', {});
  expect(calls).toContainEqual({ name: 'window.setContentProtection', arguments: [true] });
});

test('a second start does not take the focus from the passphrase, not even for a minimized window', async ({
  sallyport,
  connect,
  home,
}) => {
  test.skip(driverName !== 'stand-in', onlyStandIn);
  const client = await connect();
  const blob = await addEncrypted(client, home);
  await sallyport.showKeys();
  await sallyport.desktop('minimizeWindow', { title: 'Sallyport' });
  const { signed, prompt } = await signAndPrompt(sallyport, client, blob);
  await prompt.waitOutGuard();
  await sallyport.showKeys();
  const windows = await sallyport.desktop('windows', {});
  expect(windows.find(({ isFocused }) => isFocused)?.title).toBe(title);
  await prompt.answer(passphrase);
  expect(await signed).toBe(true);
});
