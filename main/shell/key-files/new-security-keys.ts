// New keys that the window has a security key make: one at a time, until the person does not want it any more.
import type { GenerateOutcome, NewKeyType, NewSecurityKeyType } from '../../../ipc/contract/key-files.ts';
import {
  type Authenticators,
  SecurityKeyError,
  SecurityKeyPinError,
  securityKeyFlag,
} from '../../keys/authenticator.ts';
import { SecretBytes } from '../../keys/encoding/secret-bytes.ts';
import { applicationProblem, generateSecurityKey } from '../../keys/files/generate-security-key.ts';
import type { PrivateKeyFields } from '../../keys/kinds/shared/private-key-fields.ts';
import { notTried, type PinTrials } from './pin-trials.ts';

type NewSecurityKeyWish = Extract<NewKeyType, { kind: NewSecurityKeyType }>;

export const isInSecurityKey = (type: NewKeyType): type is NewSecurityKeyWish => 'application' in type;

const { touch, verify, resident } = securityKeyFlag;

export class NewSecurityKeys {
  readonly #authenticators: Authenticators;
  readonly #pins: PinTrials;
  #making: AbortController | undefined;

  constructor(authenticators: Authenticators, pins: PinTrials) {
    this.#authenticators = authenticators;
    this.#pins = pins;
  }

  /** The caller wipes the key; else what came of it. An empty PIN is none. */
  async make(
    type: NewSecurityKeyWish,
    pin: Uint8Array,
  ): Promise<{ readonly fields: PrivateKeyFields } | GenerateOutcome> {
    const { kind, application } = type;
    const problem = applicationProblem(application);
    if (problem !== undefined) return { kind: 'failed', message: `The application ${problem}.` };
    const flags = (type.touch ? touch : 0) | (type.verify ? verify : 0) | (type.resident ? resident : 0);
    this.stop();
    const making = new AbortController();
    this.#making = making;
    let wasTried = false;
    let given = pin.length > 0 ? SecretBytes.copyOf(pin) : undefined;
    try {
      if (!(await this.#pins.mayTry(pin))) return notTried;
      making.signal.throwIfAborted();
      const fields = await generateSecurityKey(
        { kind, application, flags, user: '' },
        {
          authenticator: this.#authenticators.own,
          signal: making.signal,
          // The page has told it already.
          waitsFor: () => {},
          // SECURITY: once, as security keys count.
          askPin: () => {
            const once = given;
            given = undefined;
            wasTried = once !== undefined;
            return Promise.resolve(once);
          },
        },
      );
      if (wasTried) this.#pins.opened();
      return { fields };
    } catch (error) {
      if (making.signal.aborted) return { kind: 'cancelled' };
      if (error instanceof SecurityKeyPinError) return { kind: 'pin-wanted', message: error.message };
      if (error instanceof SecurityKeyError)
        return { kind: 'failed', message: `${error.message} ${error.remedy}` };
      throw error;
    } finally {
      given?.wipe();
      if (this.#making === making) this.#making = undefined;
    }
  }

  /** The person does not want the key any more that is being made. */
  stop(): void {
    this.#making?.abort(new Error('the person does not want the key any more'));
  }
}
