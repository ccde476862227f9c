// `sallyport list`: the keys of the agent.
import { printableJson } from '../../../text/foreign-text.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, exitCode, UsageError } from '../parts/command.ts';
import { describeListedKey, listedKeyToJson } from '../parts/keys/describe-key.ts';
import { listedPublicLine } from '../parts/keys/listed-public-line.ts';
import { withAgent } from '../parts/with-agent.ts';

const options = {
  json: { type: 'boolean' },
  public: { type: 'boolean', short: 'L' },
  /** What ssh-add needs for what is the default here. */
  fingerprints: { type: 'boolean', short: 'l' },
} as const;

export const listCommand: Command = {
  name: 'list',
  usage: '[-L | --public | --json]',
  summary: 'list the keys in the agent',
  help: `One line a key: bits, fingerprint, comment and type as ssh-keygen -l prints them, then
  (expired DATE)    a certificate whose time is over: no program is offered it and it signs nothing;
                    renew it where it came from, and add it again
  (expires DATE)    one that has three days left at the most; (valid from DATE): one that begins later
  (encrypted)       the private half is encrypted: the next use asks for the passphrase
  (re-encryptable)  in clear now, and "sallyport reencrypt" makes it encrypted again
  (elsewhere)       lives in another agent (see: sallyport upstream)
  (confirm)         each use is confirmed by the person
  (restricted)      only usable for certain destinations
  (N s left)        forgotten after that time

The exit code is 1 when there are none, as with ssh-add; with --json it is 0 then, too.

  -L, --public
          the public keys instead, one line each as in authorized_keys
  --json  an array with one object a key, in the agent's order:
            fingerprint, md5          of the plain key, also for a certificate
            type, algorithm, bits     e.g. "ED25519", "ssh-ed25519", 256; bits may be null
            comment                   as added
            certificate               true or false; null for a kind of key not known here
            validity                  "valid", "expired", "not-yet"; null: no certificate
            validFrom, validUntil     ISO 8601; null: no limit
            publicKey                 the public key or certificate in base64
            keptAs                    "clear", "re-encryptable", "encrypted", "elsewhere"
            confirm                   true or false
            restrictedToDestinations  true or false
            secondsLeft               null: no limit
          keptAs and what follows is null with agents that don't tell.`,
  async run(args, io) {
    const { values } = parseArguments({ args: [...args], options });
    if (values.json && values.public) throw new UsageError('--public and --json exclude each other.');
    const keys = await withAgent(io, (client) => client.list());
    if (values.json)
      await io.printAsIs(
        printableJson(
          keys.map((key) => listedKeyToJson(key)),
          2,
        ),
      );
    else if (values.public) for (const key of keys) await io.printAsIs(listedPublicLine(key, io.columns));
    else for (const key of keys) await io.print(describeListedKey(key));
    if (keys.length > 0 || values.json) return exitCode.ok;
    io.complain('The agent has no keys, or it is locked.');
    return exitCode.failed;
  },
};
