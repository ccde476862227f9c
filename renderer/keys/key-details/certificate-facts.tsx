// An OpenSSH certificate in words (OpenSSH PROTOCOL.certkeys).
import type { CertificateView, KeyView } from '../../../ipc/contract/keys.ts';
import { Fingerprint } from '../../parts/fingerprint.tsx';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { useTimeText } from '../controls/time.tsx';
import { FactRow } from './fact-row.tsx';

function Names({ names, ifNone }: { readonly names: readonly string[]; readonly ifNone: string }) {
  if (names.length === 0) return <span className="quiet">{ifNone}</span>;
  return (
    <ul>
      {names.map((name) => (
        <li key={name}>
          <ForeignText text={name} maxCharacters={200} />
        </li>
      ))}
    </ul>
  );
}

function validity({ validAfter, validBefore }: CertificateView, timeText: (iso: string) => string): string {
  if (validAfter === undefined && validBefore === undefined) return 'Always';
  const from = validAfter === undefined ? '' : `from ${timeText(validAfter)}`;
  const until = validBefore === undefined ? '' : `until ${timeText(validBefore)}`;
  return [from, until].filter((part) => part !== '').join(' ');
}

/** What it means that its time has not come, or is over, and what to do. */
function Validity({ validity, home }: Pick<KeyView, 'validity' | 'home'>) {
  if (validity === undefined || validity.state === 'valid') return null;
  if (validity.state === 'not-yet')
    return (
      <>
        <strong className="problem"> – not valid yet.</strong> Programs are offered it after all other keys.
      </>
    );
  return (
    <>
      <strong className="problem"> – expired.</strong> Get a new certificate where this one came from
      {home === undefined ? ', and add the key with it.' : '; it is here when its place has it.'}
    </>
  );
}

interface CertificateFactsProps {
  readonly certificate: CertificateView;
  readonly view: KeyView;
}

export function CertificateFacts({ certificate, view }: CertificateFactsProps) {
  return (
    <section className="card" aria-label="Certificate">
      <h3>{certificate.type === 'user' ? 'User certificate' : 'Host certificate'}</h3>
      <dl className="fact-rows">
        <FactRow name="Valid">
          {validity(certificate, useTimeText())}
          <Validity {...view} />
        </FactRow>
        <FactRow name="Key ID">
          <ForeignText text={certificate.keyId} ifEmpty="None" maxCharacters={300} />
        </FactRow>
        <FactRow name="Serial number">{certificate.serial}</FactRow>
        <FactRow name="Principals">
          <Names names={certificate.principals} ifNone="Any" />
        </FactRow>
        <FactRow name="Critical options">
          <Names names={certificate.criticalOptions} ifNone="None" />
        </FactRow>
        <FactRow name="Extensions">
          <Names names={certificate.extensions} ifNone="None" />
        </FactRow>
        <FactRow name="Signed by">
          <Fingerprint text={certificate.signedBy} />
        </FactRow>
      </dl>
    </section>
  );
}
