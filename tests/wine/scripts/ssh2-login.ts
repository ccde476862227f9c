// Logs in with ssh2, through an agent that ssh2 finds by the first argument (a pipe, a Cygwin socket, `pageant`).
import ssh2 from 'ssh2';

const [, , agent = '', port, user = '', hostKey] = process.argv;
const client = new ssh2.Client();

function end(line: string): void {
  process.stdout.write(`${line}\n`);
  client.end();
}

client.on('error', (error) => end(`failed: ${error.message}`));
client.on('ready', () => {
  client.exec('echo in as $(id -un)', (error, channel) => {
    if (error) return end(`failed: ${error.message}`);
    let output = '';
    channel.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    channel.on('close', () => end(output.trim()));
  });
});
client.connect({
  host: '127.0.0.1',
  port: Number(port),
  username: user,
  agent: ssh2.createAgent(agent),
  readyTimeout: 30_000,
  hostVerifier: (key: Buffer) => key.toString('base64') === hostKey,
});
