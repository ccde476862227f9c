// What it means that a key file has no passphrase.
import { InfoBar } from '../controls/info-bar.tsx';

interface UnprotectedFileProps {
  readonly isInSecurityKey?: boolean;
}

export function UnprotectedFile({ isInSecurityKey = false }: UnprotectedFileProps) {
  return isInSecurityKey ? (
    <InfoBar severity="information">Whoever gets the file needs the security key, too.</InfoBar>
  ) : (
    <InfoBar severity="warning">Whoever gets the file can use the key.</InfoBar>
  );
}
