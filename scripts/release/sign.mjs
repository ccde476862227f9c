// `npm run release:sign -- --key KEY.pub [DIR]`: signs SHA256SUMS of a release by a key that the agent holds.
import { parseArgs } from 'node:util';
import { checkChecksums } from './checksums.mjs';
import { makeSignature } from './signature.mjs';

const { values, positionals } = parseArgs({
  options: { key: { type: 'string' }, signers: { type: 'string', default: 'allowed_signers' } },
  allowPositionals: true,
});
const [dir = 'release/published'] = positionals;

try {
  if (values.key === undefined) throw new Error('which key signs? Add --key and the path of its public half');
  checkChecksums(dir);
  makeSignature(dir, { key: values.key, signers: values.signers });
  console.log(`Signed: ${dir}/SHA256SUMS.sig`);
} catch (error) {
  console.error(`Not signed: ${error.message}.`);
  process.exitCode = 1;
}
