// Which version this is, how old it is, and where newer ones are. An old one has a notice, too, from the start on.
import { newerVersions, versionAge } from '../../../text/version-age.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { useWindowStore } from '../store/window-store.ts';
import { timeFormats } from '../words/time-text.ts';

export function AboutVersion() {
  const main = useWindowStore((state) => state.main);
  if (main === undefined) return null;
  const { version, locale, logPath } = main;
  const { madeOn } = version;
  const age = madeOn === undefined ? undefined : versionAge(madeOn, Date.now());
  return (
    <section className="about-version small quiet" aria-label="This version">
      <p>
        Sallyport {version.version}
        {madeOn !== undefined && ` of ${timeFormats(locale).day(madeOn)}`}
        {age !== undefined && `, ${age}`}. {newerVersions(version)}
      </p>
      <p>
        Its log: <ForeignText text={logPath} className="mono" />
      </p>
    </section>
  );
}
