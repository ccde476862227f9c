// The options of `sallyport agent`. Short ones as ssh-agent has them.
import { legacyClientChoices } from '../../doors/door-kinds.ts';
import { formatDoorList, windowsDoors } from '../../doors/door-list.ts';
import { retryMs } from '../../doors/repair.ts';
import { keyFileOptions } from '../parts/key-files/key-file-options.ts';
import type { OptionDeclarations } from '../parts/options.ts';

const isWindows = process.platform === 'win32';

const doorsHelp = isWindows
  ? `which doors to open, of ${formatDoorList(windowsDoors)}
(these are the default) and cygwin=PATH; a door that another program
has is tried again every ${retryMs / 1000} seconds (see: sallyport doors)`
  : 'instead of --socket: unix=PATH, cygwin=PATH or both with a comma between';

const socketHelp = `where to listen; default $XDG_RUNTIME_DIR/sallyport/agent.sock, else
sallyport-UID/agent.sock in the temporary folder; with a COMMAND in a
fresh private directory; a socket that systemd has made there is taken over`;

const legacyHelp = `programs that ask by WM_COPYDATA: may make the agent ask you (default),
see and use only keys that need no question, or are not served`;

/** Parsed everywhere, so that what can't be meant here is refused with a reason; help is for what this system has. */
const onWindows = (help: string) => (isWindows ? { help } : {});

export const agentOptions = {
  socket: {
    type: 'string',
    short: 'a',
    value: 'PATH',
    takes: 'file',
    ...(isWindows ? {} : { help: socketHelp }),
  },
  doors: { type: 'string', value: 'LIST', takes: 'doors', help: doorsHelp },
  'legacy-clients': {
    type: 'string',
    value: legacyClientChoices.join('|'),
    takes: legacyClientChoices,
    ...onWindows(legacyHelp),
  },
  'restrict-acl': {
    type: 'boolean',
    ...onWindows('close this process to other programs of yours, as Pageant does'),
  },
  'openssh-config': {
    type: 'string',
    value: 'FILE',
    takes: 'file',
    help: `write an IdentityAgent line to FILE, for "Include FILE" in .ssh/config; the
file is emptied when the agent ends`,
  },
  background: {
    type: 'boolean',
    help: `leave the agent running and return: eval "$(sallyport agent --background)";
exit code 1 when the agent runs but a KEYFILE could not be added; where
one listens at that place already its lines are printed. What goes wrong
later is written to agent.log beside rules.json (see: sallyport rules --help)`,
  },
  stop: {
    type: 'boolean',
    short: 'k',
    help: `end the agent of --socket, SSH_AUTH_SOCK or the default place:
eval "$(sallyport agent --stop)"`,
  },
  askpass: {
    type: 'string',
    value: 'PROGRAM',
    takes: 'file',
    help: 'ask for passphrases and consent with this program',
  },
  'no-prompt': { type: 'boolean', help: 'never ask: what would need a person is refused' },
  'unlock-once': {
    type: 'boolean',
    help: `ask for the passphrase of an encrypted key at each use; without this a key
stays in clear until the agent is locked`,
  },
  upstream: {
    type: 'string',
    multiple: true,
    value: 'ADDRESS',
    takes: 'file',
    help: `offer the keys of this other agent, too, while this one runs; may be given
several times (for good: sallyport upstream add)`,
  },
  /** Not for people: how `--background` starts the process that stays. */
  'background-child': { type: 'boolean' },
  ...keyFileOptions,
} as const satisfies OptionDeclarations;
