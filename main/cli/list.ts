// `sallyport list`: the keys of the agent.
import { printableJson } from '../../text/foreign-text.ts';
import { parseArguments } from './arguments.ts';
import { type Command, exitCode } from './command.ts';
import { describeListedKey, listedKeyToJson } from './describe-key.ts';
import { withAgent } from './with-agent.ts';

export const listCommand: Command = {
  name: 'list',
  usage: '[--json]',
  summary: 'list the keys in the agent',
  help: `One line a key: bits, fingerprint, comment and type as ssh-keygen -l prints them, then
  (encrypted)       the private half is encrypted: the next use asks for the passphrase
  (re-encryptable)  in clear now, and "sallyport reencrypt" makes it encrypted again
  (confirm)         each use is confirmed by the person
  (restricted)      only usable for certain destinations
  (N s left)        forgotten after that time

  --json  an array with one object a key, in the agent's order:
            fingerprint, md5          of the plain key, also for a certificate
            type, algorithm, bits     e.g. "ED25519", "ssh-ed25519", 256; bits may be null
            comment                   as added
            certificate               true or false; null for a kind of key not known here
            publicKey                 the public key or certificate in base64
            keptAs                    "clear", "re-encryptable", "encrypted"
            confirm                   true or false
            restrictedToDestinations  true or false
            secondsLeft               null: no limit
          keptAs and what follows is null with agents that don't tell.`,
  async run(args, io) {
    const { values } = parseArguments({ args: [...args], options: { json: { type: 'boolean' } } });
    const keys = await withAgent(io, (client) => client.list());
    if (values.json) await io.printAsIs(printableJson(keys.map(listedKeyToJson), 2));
    else if (keys.length === 0) io.complain('The agent has no keys, or it is locked.');
    else for (const key of keys) await io.print(describeListedKey(key));
    return exitCode.ok;
  },
};
