// Lists an agent's keys with ssh2, a client of other people's making, over the pipe in the first argument.
import ssh2 from 'ssh2';

new ssh2.OpenSSHAgent(process.argv[2] ?? '').getIdentities((error, keys) => {
  process.stdout.write(error ? `failed: ${error.message}\n` : `keys ${keys?.length}\n`);
});
