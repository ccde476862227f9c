// A fingerprint as two halves of two halves: where it does not fit on a line, lines of equal length are compared more easily.
import './fingerprint.css';

/** The pairs of MD5 stay whole, with their colons. */
function halves(text: string): readonly [string, string] {
  const half = Math.ceil(text.length / 2);
  const pairsEnd = text.includes(':', 8) ? text.indexOf(':', half - 1) + 1 : 0;
  const middle = pairsEnd === 0 ? half : pairsEnd;
  return [text.slice(0, middle), text.slice(middle)];
}

interface FingerprintProps {
  /** Computed by us: `SHA256:…` or `MD5:…`. */
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
