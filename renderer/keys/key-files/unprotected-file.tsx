// What it means that a key file has no passphrase.
import { InfoBar } from '../controls/info-bar.tsx';

export function UnprotectedFile() {
  return <InfoBar severity="warning">Whoever gets the file can use the key.</InfoBar>;
}
