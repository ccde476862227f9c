import { describe, expect, it } from 'vitest';
import { NewSecurityKeys } from '../../../../main/shell/key-files/new-security-keys.ts';
import { PinTrials } from '../../../../main/shell/key-files/pin-trials.ts';
import { SoftAuthenticator, softAuthenticators } from '../../../fakes/soft-authenticator.ts';
import { bytes } from '../../../fakes/test-agent.ts';

const type = {
  kind: 'sk-ed25519',
  application: 'ssh:',
  resident: false,
  verify: false,
  touch: true,
} as const;
const none = new Uint8Array();
const pins = (allows = true) => new PinTrials(() => Promise.resolve(allows));

describe('a key that the window has a security key make', () => {
  it('is made as it was wished', async () => {
    const keys = new NewSecurityKeys(softAuthenticators(), pins());
    expect(await keys.make({ ...type, application: 'ssh:work' }, none)).toMatchObject({
      fields: { publicKey: { algorithm: 'sk-ssh-ed25519@openssh.com' } },
    });
  });

  it('asks for a PIN that is wanted or wrong, and tries each once', async () => {
    const device = new SoftAuthenticator();
    device.pin = '1234';
    const keys = new NewSecurityKeys(softAuthenticators(device), pins());
    const kept = { ...type, resident: true };
    expect(await keys.make(kept, none)).toEqual({
      kind: 'pin-wanted',
      message: 'The security key wants its PIN.',
    });
    expect(await keys.make(kept, bytes('4321'))).toEqual({
      kind: 'pin-wanted',
      message: 'The PIN is wrong: 7 tries are left.',
    });
    expect(await keys.make(kept, bytes('1234'))).toHaveProperty('fields');
    expect(await device.residentKeys(bytes('1234'))).toHaveLength(1);
  });

  it('is not made by a page that guesses PINs: after a wrong one the person allows each', async () => {
    const device = new SoftAuthenticator();
    device.pin = '1234';
    const keys = new NewSecurityKeys(softAuthenticators(device), pins(false));
    const kept = { ...type, resident: true };
    expect(await keys.make(kept, bytes('4321'))).toMatchObject({
      message: 'The PIN is wrong: 7 tries are left.',
    });
    expect(await keys.make(kept, bytes('1234'))).toEqual({
      kind: 'pin-wanted',
      message: 'The PIN was not tried. Type it again when you want it tried.',
    });
    expect(await keys.make(kept, none)).toMatchObject({ message: 'The security key wants its PIN.' });
  });

  it('is not waited for any more when the person cancels', async () => {
    const device = new SoftAuthenticator();
    device.touchesAtOnce = false;
    const keys = new NewSecurityKeys(softAuthenticators(device), pins());
    keys.stop();
    const making = keys.make(type, none);
    await expect.poll(() => device.waiting).toBe(1);
    keys.stop();
    expect(await making).toEqual({ kind: 'cancelled' });
    expect(device.waiting).toBe(0);
  });

  it('is refused an application of a website, and told what the security key says', async () => {
    const device = new SoftAuthenticator();
    const keys = new NewSecurityKeys(softAuthenticators(device), pins());
    expect(await keys.make({ ...type, application: 'example.org' }, none)).toEqual({
      kind: 'failed',
      message: 'The application begins with “ssh:”, so that no website can be meant.',
    });
    const { enroll } = device;
    device.enroll = async (...args) => ({ ...(await enroll.apply(device, args)), keyHandle: none });
    expect(await keys.make(type, none)).toEqual({
      kind: 'failed',
      message: 'The security key made no key that can be used. Try another one.',
    });
  });
});
