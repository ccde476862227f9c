// The keys that a security key keeps come into the agent, by its PIN where it wants one.
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { RequestOutput } from '../../../ipc/contract/contract.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { SecretField } from '../../parts/secret-field.tsx';
import { takeSecret } from '../../parts/take-secret.ts';
import { InfoBar } from '../controls/info-bar.tsx';
import { ask } from '../store/ask.ts';
import './places.css';

type Outcome = RequestOutput<'securityKeys.load'>;
type Loaded = Extract<Outcome, { kind: 'loaded' }>;

/** Sends the PIN and wipes it. Resolves to undefined when it failed, which the person has then been told. */
async function load(pin: Uint8Array<ArrayBuffer>): Promise<Outcome | undefined> {
  try {
    return await ask('securityKeys.load', { pin });
  } finally {
    pin.fill(0);
  }
}

/** The security key is not waited for any more. */
const stop = () => void ask('securityKeys.stopLoading', {});

function LoadedKeys({ loaded, leftOut }: Loaded) {
  return (
    <>
      {loaded.length === 0 ? (
        <p>The security key keeps no key for SSH that can be loaded.</p>
      ) : (
        <ul className="found-places">
          {loaded.map(({ fingerprint, comment }) => (
            <li key={fingerprint}>
              <span>
                Loaded <ForeignText text={comment} maxCharacters={80} />
                <span className="mono small quiet found-address">{fingerprint}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      {leftOut > 0 && (
        <p className="small quiet">{leftOut} more can’t be used, or are here in another way.</p>
      )}
    </>
  );
}

function useLoading() {
  const field = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const isWaiting = useRef(false);
  const [isBusy, setIsBusy] = useState(false);
  const [pinProblem, setPinProblem] = useState<string>();
  const [loaded, setLoaded] = useState<Loaded>();
  useEffect(
    () => () => {
      if (isWaiting.current) stop();
    },
    [],
  );
  useEffect(() => {
    if (pinProblem !== undefined && !isBusy) field.current?.focus();
  }, [pinProblem, isBusy]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const pin = field.current === null ? new Uint8Array() : takeSecret(field.current);
    // The field is about to go.
    button.current?.focus();
    setIsBusy(true);
    setLoaded(undefined);
    isWaiting.current = true;
    const outcome = await load(pin);
    isWaiting.current = false;
    setIsBusy(false);
    setPinProblem(outcome?.kind === 'pin-wanted' ? outcome.message : undefined);
    if (outcome?.kind === 'loaded') setLoaded(outcome);
  };
  const cancel = () => {
    if (isBusy) stop();
    else setPinProblem(undefined);
    button.current?.focus();
  };
  return { field, button, isBusy, pinProblem, loaded, submit, cancel };
}

export function LoadResidentKeys() {
  const { field, button, isBusy, pinProblem, loaded, submit, cancel } = useLoading();
  const title = 'Load the keys that a security key keeps';
  return (
    <section className="card add-place" aria-label={title}>
      <h3>{title}</h3>
      <p className="small quiet">
        Those that were made to be kept inside (resident). They stay until they are removed or Sallyport ends.
      </p>
      <form onSubmit={(event) => void submit(event)}>
        {pinProblem !== undefined && (
          <SecretField
            label="PIN of the security key"
            inputRef={field}
            problem={isBusy ? undefined : pinProblem}
            isDisabled={isBusy}
          />
        )}
        <div role="status">
          {isBusy && (
            <InfoBar severity="information">
              Sallyport asks the security key. Touch it when it blinks.
            </InfoBar>
          )}
          {loaded && <LoadedKeys {...loaded} />}
        </div>
        <div className="toolbar">
          <button ref={button} type="submit" className="button" aria-disabled={isBusy}>
            <Icon name="key" />
            Load keys
          </button>
          {(isBusy || pinProblem !== undefined) && (
            <button type="button" className="button" onClick={cancel}>
              <Icon name="close" />
              Cancel
            </button>
          )}
        </div>
      </form>
    </section>
  );
}
