// `node scripts/release/verify-tag.mjs TAG --signers FILE --main REF`: whether a release may be made of a tag, in the
// repository of the working directory. What the tag says of itself is read from the tag, who may sign it is not.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { signers: { type: 'string' }, main: { type: 'string', default: 'origin/main' } },
  allowPositionals: true,
});
const [tag = ''] = positionals;

function git(...args) {
  const { status, stdout, stderr } = spawnSync('git', args, { encoding: 'utf8' });
  return { isOk: status === 0, stdout, said: stderr.trim() };
}

function read(path) {
  const { isOk, stdout } = git('show', `refs/tags/${tag}:${path}`);
  if (!isOk) throw new Error(`${tag} has no ${path}`);
  return stdout;
}

function check() {
  if (!values.signers) throw new Error('who may sign? Add --signers and a file of allowed signers');
  if (git('cat-file', '-t', `refs/tags/${tag}`).stdout.trim() !== 'tag')
    throw new Error(`${tag} is no tag with a signature of its own, or was not fetched as one`);
  // Only SSHSIG counts, and only by a key that the file names: git takes others for good, too.
  const { isOk, said } = git(
    ...['-c', `gpg.ssh.allowedSignersFile=${values.signers}`, '-c', 'gpg.minTrustLevel=fully'],
    ...['-c', 'gpg.program=false', '-c', 'gpg.x509.program=false'],
    ...['verify-tag', `refs/tags/${tag}`],
  );
  if (!isOk) throw new Error(`${tag} is not signed by a key in ${values.signers} (git: ${said})`);
  const { version } = JSON.parse(read('package.json'));
  if (tag !== `v${version}`) throw new Error(`${tag} is on version ${version} in package.json`);
  if (!read('CHANGELOG.md').includes(`\n## ${version}`))
    throw new Error(`CHANGELOG.md has no section “${version}”`);
  if (!git('merge-base', '--is-ancestor', `refs/tags/${tag}^{commit}`, values.main).isOk)
    throw new Error(`${tag} is not part of ${values.main}`);
}

try {
  check();
  console.log(`${tag} is signed, and part of ${values.main}.`);
} catch (error) {
  console.error(`No release of this tag: ${error.message}.`);
  process.exitCode = 1;
}
