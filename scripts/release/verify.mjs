// `npm run release:verify -- [DIR]`: whether a release is what was signed: its list, and each file by that.
import { parseArgs } from 'node:util';
import { checkChecksums } from './checksums.mjs';
import { checkSignature } from './signature.mjs';

const { values, positionals } = parseArgs({
  options: { signers: { type: 'string', default: 'allowed_signers' } },
  allowPositionals: true,
});
const [dir = 'release/published'] = positionals;

try {
  checkSignature(dir, values.signers);
  checkChecksums(dir);
  console.log(`${dir} is as it was signed.`);
} catch (error) {
  console.error(`Not verified: ${error.message}.`);
  process.exitCode = 1;
}
