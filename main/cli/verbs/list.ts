// `sallyport list`: the keys of the agent.
import { printableJson } from '../../../text/foreign-text.ts';
import type { KeyPlaces } from '../../agent/extensions/key-places-extension.ts';
import { keyId } from '../../agent/ring/key-id.ts';
import type { AgentClient } from '../../client/agent-client.ts';
import { AgentRefusedError } from '../../client/agent-errors.ts';
import type { ListedKey } from '../../client/agent-replies.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, CommandError, type CommandIo, exitCode, UsageError } from '../parts/command.ts';
import { describeListedKey, listedKeyToJson } from '../parts/keys/describe-key.ts';
import { listedPublicLine } from '../parts/keys/listed-public-line.ts';
import { jsonOption, type OptionDeclarations, optionsHelp } from '../parts/options.ts';
import { ownSecret } from '../parts/own-secret.ts';
import { withAnsweringAgent } from '../parts/with-agent.ts';

const options = {
  public: {
    type: 'boolean',
    short: 'L',
    help: 'the public keys instead, one line each as in authorized_keys',
  },
  json: jsonOption(`an array with one object a key, in the agent's order:
  fingerprint, md5          of the plain key, also for a certificate
  type, algorithm, bits     e.g. "ED25519", "ssh-ed25519", 256; bits may be null
  comment                   as added
  certificate               true or false; null for a kind of key not known here
  validity                  "valid", "expired", "not-yet"; null: no certificate
  validFrom, validUntil     ISO 8601; null: no limit
  publicKey                 the public key or certificate in base64
  keptAs                    "clear", "re-encryptable", "encrypted", "elsewhere"
  place                     where it lives: kind, title, need; null: here, or not told
  confirm                   true or false
  restrictedToDestinations  true or false
  secondsLeft               null: no limit
keptAs and what follows is null with agents that don't tell.`),
  /** What ssh-add needs for what is the default here. */
  fingerprints: { type: 'boolean', short: 'l' },
} as const satisfies OptionDeclarations;

/** Of an agent that is ours; nothing where it is none, or none that tells us. */
async function placesOf(keys: readonly ListedKey[], client: AgentClient, io: CommandIo): Promise<KeyPlaces> {
  if (!keys.some(({ keptAs }) => keptAs === 'elsewhere')) return {};
  try {
    return await client.keyPlaces(ownSecret(io));
  } catch (error: unknown) {
    if (error instanceof CommandError || error instanceof AgentRefusedError) return {};
    throw error;
  }
}

const placeOf = ({ keptAs, blob }: ListedKey, places: KeyPlaces) =>
  keptAs === 'elsewhere' ? places[keyId(blob)] : undefined;

export const listCommand: Command = {
  name: 'list',
  usage: '[-L | --public | --json]',
  summary: 'list the keys in the agent',
  options,
  get help() {
    return `One line a key: bits, fingerprint, comment and type as ssh-keygen -l prints them, then
  (expired DATE)    a certificate whose time is over: no program is offered it and it signs nothing;
                    renew it where it came from, and add it again
  (expires DATE)    one that has three days left at the most; (valid from DATE): one that begins later
  (encrypted)       the private half is encrypted: the next use asks for the passphrase
  (re-encryptable)  in clear now, and "sallyport reencrypt" makes it encrypted again
  (in PLACE)        lives in another agent, on a token, a security key or in Windows' own store;
                    (elsewhere): in one that this agent does not name
  (confirm)         each use is confirmed by the person
  (restricted)      only usable for certain destinations
  (N s left)        forgotten after that time

The exit code is 1 when there are none, as with ssh-add; with --json it is 0 then, too.

${optionsHelp(options)}`;
  },
  async run(args, io) {
    const { values } = parseArguments({ args: [...args], options });
    if (values.json && values.public) throw new UsageError('--public and --json exclude each other.');
    const { keys, places } = await withAnsweringAgent(io, async (client) => {
      const keys = await client.list();
      return { keys, places: await placesOf(keys, client, io) };
    });
    if (values.json)
      await io.printAsIs(
        printableJson(
          keys.map((key) => listedKeyToJson(key, placeOf(key, places))),
          2,
        ),
      );
    else if (values.public) for (const key of keys) await io.printAsIs(listedPublicLine(key, io.columns));
    else for (const key of keys) await io.print(describeListedKey(key, placeOf(key, places)));
    if (keys.length > 0 || values.json) return exitCode.ok;
    io.complain('The agent has no keys, or it is locked.');
    return exitCode.failed;
  },
};
