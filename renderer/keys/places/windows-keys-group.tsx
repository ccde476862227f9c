// Windows’ own keys: which are offered, where each lives; made, deleted, their public halves copied.
import { useCallback, useEffect, useState } from 'react';
import type { RequestOutput } from '../../../ipc/contract/contract.ts';
import { Fingerprint } from '../../parts/fingerprint.tsx';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { SwitchRow } from '../controls/switch-row.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { MakeWindowsKey } from './make-windows-key.tsx';
import { PlaceCard } from './place-card.tsx';
import { PlaceGroup, usePlaces } from './place-group.tsx';
import { windowsHomeWords } from './windows-home-words.ts';

type WindowsKeyList = RequestOutput<'windowsKeys.list'>;
type WindowsKey = WindowsKeyList['keys'][number];

/** Asked for when the group is shown, and again after each change. */
function useWindowsKeys(isThere: boolean): [WindowsKeyList | undefined, () => Promise<void>] {
  const [list, setList] = useState<WindowsKeyList>();
  const refresh = useCallback(async () => {
    const outcome = await window.sallyport.request('windowsKeys.list', {});
    if (outcome.ok) setList(outcome.value);
  }, []);
  useEffect(() => {
    if (isThere) void refresh();
  }, [isThere, refresh]);
  return [list, refresh];
}

async function copy({ publicKey, comment }: WindowsKey): Promise<void> {
  await navigator.clipboard.writeText(`${publicKey} ${comment}`);
  tell('Copied its line for authorized_keys.');
}

function KeyCard({ one, refresh }: { readonly one: WindowsKey; readonly refresh: () => Promise<void> }) {
  const { comment, kind, fingerprint, home, provider, isOwn, isAskedFor, isOffered } = one;
  const offer = async (isOn: boolean) => {
    await ask('windowsKeys.offer', { which: { fingerprint }, isOffered: isOn });
    await refresh();
  };
  const remove = async () => {
    if (await ask('windowsKeys.delete', { fingerprint })) tell('The key was deleted.');
    await refresh();
  };
  return (
    <li className="card" aria-label={comment}>
      <SwitchRow
        label={<ForeignText text={comment} maxCharacters={80} />}
        explanation={
          <>
            {kind}, {home === 'certificate' ? <ForeignText text={provider} /> : windowsHomeWords[home]}
            {isAskedFor && '. Windows asks you at each use'}
          </>
        }
        isOn={isOffered}
        onChange={(isOn) => void offer(isOn)}
      />
      <p className="small quiet">
        <Fingerprint text={fingerprint} />
      </p>
      <div className="toolbar place-commands">
        <button type="button" className="button" onClick={() => void copy(one)}>
          <Icon name="copy" />
          Copy public key
        </button>
        {isOwn && (
          <button type="button" className="button" onClick={() => void remove()}>
            <Icon name="remove" />
            Delete…
          </button>
        )}
      </div>
    </li>
  );
}

function LeftOut({ leftOut }: Pick<WindowsKeyList, 'leftOut'>) {
  const { noKey, olderInterface, kind } = leftOut;
  const why = [
    noKey > 0 && `without a private key here (${noKey})`,
    olderInterface > 0 && `whose key only the older interface of Windows has (${olderInterface})`,
    kind > 0 && `of kinds that SSH does not know (${kind})`,
  ].filter((words) => words !== false);
  return why.length > 0 && <p className="small quiet">Left out are certificates {why.join(', ')}.</p>;
}

export function WindowsKeysGroup() {
  const [place] = usePlaces('windows');
  const [list, refresh] = useWindowsKeys(place !== undefined);
  if (place === undefined) return null;
  const offerCertificates = async (isOffered: boolean) => {
    await ask('windowsKeys.offer', { which: 'certificates', isOffered });
    await refresh();
  };
  return (
    <PlaceGroup
      title="Windows’ own keys"
      about="Windows keeps them in its TPM, behind Windows Hello or on smart cards, and signs with them. What is switched on is offered to programs; a server takes few keys before it hangs up."
      cards={[
        ...(place.state.status === 'unreachable' || place.pending.length > 0
          ? [<PlaceCard key="place" store={place} />]
          : []),
        ...(list?.keys ?? []).map((one) => <KeyCard key={one.fingerprint} one={one} refresh={refresh} />),
      ]}
    >
      {list?.problems.map(({ home, reason, remedy }) => (
        <p key={`${home} ${reason}`} className="place-trouble">
          <span>
            Keys {windowsHomeWords[home]}: <ForeignText text={reason} /> <ForeignText text={remedy} />
          </span>
        </p>
      ))}
      {list && (
        <>
          <SwitchRow
            label="Offer your certificates"
            explanation="Those in “Personal” that have a private key, but those that are switched off one by one"
            isOn={list.certificates}
            onChange={(isOn) => void offerCertificates(isOn)}
          />
          <LeftOut leftOut={list.leftOut} />
          <MakeWindowsKey homes={list.homes} refresh={refresh} />
        </>
      )}
    </PlaceGroup>
  );
}
