// Whether Windows Hello unlocks a key, and the way to end that. It is set up where the passphrase is asked for.
import type { KeyHello } from '../../../ipc/contract/hello.ts';
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { useTimeText } from '../controls/time.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { keyName } from '../words/key-words.ts';

async function forget(view: KeyView): Promise<void> {
  const forgotten = await ask('hello.forget', { id: view.id });
  if (forgotten !== undefined) tell(`Only its passphrase unlocks ${keyName(view)} from now on.`);
}

interface HelloRowProps {
  readonly view: KeyView;
  readonly hello: KeyHello;
}

export function HelloRow({ view, hello: { since } }: HelloRowProps) {
  const timeText = useTimeText();
  return (
    <div className="labelled-row">
      <div className="labelled-row-words">
        <p>Unlock with Windows Hello</p>
        <p className="small quiet">
          {since === undefined
            ? 'Not set up: tick “From now on unlock with Windows Hello” when you are next asked for its passphrase.'
            : `Since ${timeText(since)}. The passphrase always unlocks the key, too.`}
        </p>
      </div>
      {since !== undefined && (
        <button type="button" className="button" onClick={() => void forget(view)}>
          Stop
        </button>
      )}
    </div>
  );
}
