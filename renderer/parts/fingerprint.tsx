// A fingerprint as two halves of two halves: where it does not fit on a line, lines of equal length are compared more easily.
import './fingerprint.css';

function halves(text: string): readonly [string, string] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}

interface FingerprintProps {
  /** Computed by us: `SHA256:…`. */
  readonly text: string;
}

export function Fingerprint({ text }: FingerprintProps) {
  const [first, second] = halves(text);
  return (
    <span className="mono fingerprint">
      {[first, second].map((half, number) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the halves are told apart by their places alone
        <span key={number}>
          {halves(half).map((quarter, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: and so are their halves
            <span key={place}>{quarter}</span>
          ))}
        </span>
      ))}
    </span>
  );
}
