// What ends a step of "Get started": a test that really runs, through a door of this agent, as a program would.
import type { SelfTest } from '../../../ipc/contract/use-with.ts';
import { foreignName } from '../../../text/foreign-text.ts';
import type { ActivityEntry } from '../../agent/consent/activity/activity-entry.ts';
import { AgentClient } from '../../client/agent-client.ts';
import { connectToAgent } from '../../client/agent-connection.ts';
import { AgentConnectionError, AgentRefusedError, NoAgentError } from '../../client/agent-errors.ts';
import { testSignature } from '../../client/test-signature.ts';
import { doorTitle } from '../../doors/door-kinds.ts';
import type { Doors } from '../../doors/doors.ts';
import { parsePublicKey } from '../../keys/kinds/parse-public-key.ts';
import { sha256Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import { testDoor } from '../../use-with/self-test.ts';

/** Those that a client of ours can knock at, ours alone first. */
const testedDoors = ['own-pipe', 'openssh-pipe', 'pageant-pipe', 'unix-socket'];

const noDoor: SelfTest = {
  isWorking: false,
  message: 'No door is open, so no program can ask. “Doors” says why, and what to do about it.',
};

function openDoor(doors: Pick<Doors, 'addressOf'>): { title: string; address: string } | undefined {
  for (const name of testedDoors) {
    const address = doors.addressOf(name);
    if (address !== undefined) return { title: doorTitle(name), address };
  }
  return undefined;
}

/** Asks for the keys, as a program would. Never rejects. */
export async function testListing(doors: Pick<Doors, 'addressOf'>): Promise<SelfTest> {
  const door = openDoor(doors);
  return door ? await testDoor(door.title, door.address) : noDoor;
}

async function sign(address: string, lastEntry: (fingerprint: string) => ActivityEntry | undefined) {
  const client = new AgentClient(await connectToAgent(address));
  try {
    const key = (await client.list()).find(({ keptAs }) => keptAs !== 'elsewhere');
    if (key === undefined)
      return { isWorking: false, message: 'There is no key to try it with. Add one first.' };
    const publicKey = parsePublicKey(key.blob);
    const fingerprint = sha256Fingerprint(publicKey.base.blob);
    const name = foreignName(key.comment);
    try {
      const algorithm = await testSignature(client, key.blob, publicKey);
      const { reason } = lastEntry(fingerprint) ?? { reason: '' };
      return algorithm === undefined
        ? { isWorking: false, message: `The signature of the key ${name} is wrong: its file may be damaged.` }
        : { isWorking: true, message: `The key ${name} signed random data. ${reason}`.trim() };
    } catch (error: unknown) {
      if (!(error instanceof AgentRefusedError)) throw error;
      const { reason } = lastEntry(fingerprint) ?? { reason: 'Sallyport refused to sign.' };
      return { isWorking: false, message: `The key ${name} did not sign. ${reason}` };
    }
  } finally {
    client.close();
  }
}

/** Has random data signed, for which the person is asked as the rules and levels of now have it. */
export async function testAsking(
  doors: Pick<Doors, 'addressOf'>,
  lastEntry: (fingerprint: string) => ActivityEntry | undefined,
): Promise<SelfTest> {
  const door = openDoor(doors);
  if (door === undefined) return noDoor;
  try {
    return await sign(door.address, lastEntry);
  } catch (error: unknown) {
    if (error instanceof NoAgentError || error instanceof AgentConnectionError)
      return { isWorking: false, message: `${door.title} did not answer: ${error.message}` };
    throw error;
  }
}

export interface SignInFacts {
  readonly wish: { readonly startAtLogin: boolean; readonly restoreKeys: boolean };
  /** What the system says; undefined where it can't be told to start this program. */
  readonly startsAtLogin: boolean | undefined;
  /** Keys that are on disk, and those that are held, of what can't come back, too. */
  readonly stored: number;
  readonly held: number;
}

const keysPhrase = (count: number) => (count === 1 ? '1 key' : `${count} keys`);

function startSentence({ wish, startsAtLogin }: SignInFacts): { isRight: boolean; words: string } {
  if (startsAtLogin === undefined)
    return {
      isRight: !wish.startAtLogin,
      words: wish.startAtLogin
        ? 'This Sallyport can’t be started when you sign in: that needs Windows, and an installed Sallyport.'
        : 'Sallyport does not start by itself.',
    };
  if (startsAtLogin)
    return {
      isRight: wish.startAtLogin,
      words: wish.startAtLogin
        ? 'Windows says that it starts Sallyport when you sign in.'
        : 'Windows says that it still starts Sallyport when you sign in.',
    };
  return {
    isRight: !wish.startAtLogin,
    words: wish.startAtLogin
      ? 'Windows says that it does not start Sallyport: it is disabled in the Task Manager, under “Startup apps”. Enable it there.'
      : 'Sallyport does not start by itself.',
  };
}

/** Says what the system and the disk hold, read back. */
export function testSignIn(facts: SignInFacts): SelfTest {
  const { isRight, words } = startSentence(facts);
  const { stored, held, wish } = facts;
  const others = held - stored;
  const rest =
    others > 0
      ? ` ${keysPhrase(others)} will not come back by Sallyport: without a passphrase, held for a time only, or kept elsewhere.`
      : '';
  const keys = wish.restoreKeys
    ? `${stored === 1 ? '1 encrypted key is' : `${stored} encrypted keys are`} kept for the next start.${rest}`
    : 'No key is kept: you add them again after each start.';
  return { isWorking: isRight, message: `${words} ${keys}` };
}
