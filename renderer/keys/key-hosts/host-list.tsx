// Hosts below each other, each with the way to take it out.

import { insideQuotes } from '../../../text/foreign-text.ts';
import { Fingerprint } from '../../parts/fingerprint.tsx';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import './host-list.css';

const isFingerprint = (host: string) => /^SHA256:[\w+/]{43}$/.test(host);

interface HostListProps {
  readonly label: string;
  readonly hosts: readonly { readonly host: string; readonly isByHand?: boolean }[];
  readonly onRemove: (host: string) => void;
}

export function HostList({ label, hosts, onRemove }: HostListProps) {
  if (hosts.length === 0) return null;
  return (
    <ul className="host-list" aria-label={label}>
      {hosts.map(({ host, isByHand = false }) => (
        <li key={host}>
          {isFingerprint(host) ? (
            <Fingerprint text={host} />
          ) : (
            <ForeignText text={host} maxCharacters={300} className="host-name" />
          )}
          {isByHand ? (
            <span className="small quiet">in the file</span>
          ) : (
            <button
              type="button"
              className="button bare icon-only"
              aria-label={`Take out “${insideQuotes(host, 80)}”`}
              title="Take out"
              onClick={() => onRemove(host)}
            >
              <Icon name="close" />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
