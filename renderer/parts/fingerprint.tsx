// A fingerprint in even parts: where it does not fit on a line, lines of equal length are compared more easily.
import './fingerprint.css';

/** The pairs of MD5 stay whole, with their colons. */
function halves(text: string): readonly [string, string] {
  const half = Math.ceil(text.length / 2);
  const pairsEnd = /^(?:MD5:|..:)/.test(text) ? text.indexOf(':', half - 1) + 1 : 0;
  const middle = pairsEnd === 0 ? half : pairsEnd;
  return [text.slice(0, middle), text.slice(middle)];
}

interface FingerprintProps {
  /** Computed by us: `SHA256:…` or `MD5:…`. */
  readonly text: string;
}

/** Halves of halves of halves, each of which breaks where it alone is too long for a line. */
function Parts({ text, depth }: FingerprintProps & { readonly depth: number }) {
  if (depth === 0) return text;
  return halves(text).map((half, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the halves are told apart by their places alone
    <span key={place}>
      <Parts text={half} depth={depth - 1} />
    </span>
  ));
}

export function Fingerprint({ text }: FingerprintProps) {
  return (
    <span className="mono fingerprint">
      <Parts text={text} depth={3} />
    </span>
  );
}
