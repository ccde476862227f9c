// What is said of each state of things, and which command is named for it.
import { describe, expect, it } from 'vitest';
import { describeStatus } from '../../../../main/cli/status/describe-status.ts';
import type { Status } from '../../../../main/cli/status/look-around.ts';
import type { SeenAgent } from '../../../../main/cli/status/look-at-agent.ts';
import type { ListedKey } from '../../../../main/client/agent-replies.ts';

const key = (keptAs: NonNullable<ListedKey['keptAs']>): ListedKey => ({
  blob: Uint8Array.of(),
  comment: 'k',
  keptAs,
});
const open = { name: 'unix-socket', title: 'Unix socket', status: 'listening' } as const;
const ours: SeenAgent = {
  address: '/run/a.sock',
  isSallyport: true,
  isLocked: false,
  process: { pid: 7 },
  asksNobody: false,
  keys: [key('clear')],
  doors: [open],
};
const other: SeenAgent = {
  ...ours,
  isSallyport: false,
  address: '/tmp/ssh/agent.1',
  process: { pid: 8, executable: '/usr/bin/ssh-agent' },
  doors: undefined,
};
const status = (change: Partial<Status>): Status => ({
  told: '/run/a.sock',
  asked: ours,
  elsewhere: undefined,
  keysLeft: [],
  keptPlace: undefined,
  ...change,
});
const describing = (change: Partial<Status>) => {
  const { lines, steps, code } = describeStatus(status(change));
  return { text: lines.join('\n'), commands: steps.map(([command]) => command), code };
};
const start = 'eval "$(sallyport agent --background)"';

describe('the state of things', () => {
  it('is well with a Sallyport that has keys and is asked', () => {
    const { text, commands, code } = describing({});
    expect(text).toBe(
      'Agent: Sallyport (process 7)\n  at /run/a.sock\nKeys: 1\nDoors: the one it has is open\nShell: asks it (SSH_AUTH_SOCK)',
    );
    expect([commands, code]).toEqual([[], 0]);
  });

  it('counts keys that are encrypted, or elsewhere', () => {
    const keys = [key('clear'), key('encrypted'), key('encrypted'), key('elsewhere')];
    expect(describing({ asked: { ...ours, keys } }).text).toContain(
      'Keys: 4 (2 encrypted until used, 1 on a token or in another agent)',
    );
  });

  it('can ask nobody, which matters where a key waits for its passphrase', () => {
    const mute = { ...ours, asksNobody: true };
    const clear = describing({ asked: mute });
    expect(clear.text).toContain(
      'Asking: this agent can ask nobody, so what needs an answer is refused, which “sallyport rules ask” changes',
    );
    expect([clear.commands, clear.code]).toEqual([[], 0]);
    const waiting = describing({ asked: { ...mute, keys: [key('encrypted')] } });
    expect(waiting.text).toContain(
      'so uses of encrypted keys, and whatever else needs an answer, are refused',
    );
    expect([waiting.commands, waiting.code]).toEqual([['sallyport add FILE'], 1]);
  });

  it('has a usual key that is not in the agent', () => {
    const { text, commands, code } = describing({
      keysLeft: ['/home/me/.ssh/id_rsa', '/home/me/.ssh/id_ecdsa'],
    });
    expect(text).toContain('not in it: id_rsa, id_ecdsa of ~/.ssh');
    expect([commands, code]).toEqual([['sallyport add'], 0]);
  });

  it('is an agent without keys, where there is no usual one either', () => {
    const { text, commands, code } = describing({ asked: { ...ours, keys: [] } });
    expect(text).toContain('Keys: none');
    expect([commands, code]).toEqual([['sallyport add FILE', 'sallyport generate FILE'], 0]);
  });

  it('is a locked agent, of whose keys nothing is said', () => {
    const atWindow = describing({ asked: { ...ours, isLocked: true } });
    expect(atWindow.text).toContain(
      'Sallyport was locked at its window, which asks you when a program needs one',
    );
    expect(atWindow.commands).not.toContain('sallyport unlock');
    const { text, commands, code } = describing({ asked: { ...ours, isLocked: true, keys: [] } });
    expect(text).toContain('Keys: the agent is locked, and lists none');
    expect([commands, code]).toEqual([['sallyport unlock'], 1]);
  });

  it('has doors that are not open', () => {
    const degraded = {
      ...open,
      name: 'cygwin-socket',
      status: 'degraded',
      reason: 'r',
      remedy: 'm',
    } as const;
    const { text, commands, code } = describing({ asked: { ...ours, doors: [open, degraded] } });
    expect(text).toContain('Doors: not open: cygwin-socket');
    expect([commands, code]).toEqual([['sallyport doors'], 1]);
  });

  it('says nothing of doors where the agent does not tell', () => {
    expect(describing({ asked: { ...ours, doors: undefined } }).text).not.toContain('Doors');
  });

  it('is a Sallyport that may be another computer’s: its process is not told as that, and why no doors are', () => {
    const whyNotOurs = 'What answers is not the Sallyport of this computer and user.';
    const { text, code } = describing({ asked: { ...ours, doors: undefined, whyNotOurs } });
    expect(text).toContain('Agent: a Sallyport, maybe of another computer (process 7)\n');
    expect(text).toContain(`Doors: it tells none here. ${whyNotOurs}`);
    expect(code).toBe(0);
  });

  it('is no agent at all', () => {
    const { text, commands, code } = describing({ told: undefined, asked: undefined });
    expect(text).toBe('Agent: none is running\nShell: asks no agent: SSH_AUTH_SOCK is not set');
    expect([commands, code]).toEqual([[start, 'sallyport add'], 3]);
  });

  it('is an agent that has gone', () => {
    const asked = { address: '/gone', problem: 'There is no agent', isThere: false };
    const { text, commands, code } = describing({ told: '/gone', asked });
    expect(text).toBe('Agent: none is running at /gone\nShell: asks there (SSH_AUTH_SOCK)');
    expect([commands[0], code]).toEqual([start, 3]);
  });

  it('is an agent that has gone from the place that programs were set up for: it is to be there again', () => {
    const asked = { address: '/home/me/my run/a.sock', problem: 'There is no agent', isThere: false };
    const { commands } = describing({ told: asked.address, asked, keptPlace: asked.address });
    expect(commands[0]).toBe(`eval "$(sallyport agent --background --socket '/home/me/my run/a.sock')"`);
  });

  it('is something that does not answer, or is another user’s: it says why', () => {
    const asked = { address: '/x', problem: 'It belongs to another user.', isThere: true };
    const { text, code } = describing({ told: '/x', asked });
    expect(text).toBe(
      'Agent: none that answers at /x\n  It belongs to another user.\nShell: asks there (SSH_AUTH_SOCK)',
    );
    expect(code).toBe(3);
  });

  it('is another agent in the place of ours', () => {
    const { text, commands, code } = describing({ told: other.address, asked: other });
    expect(text).toContain('Agent: /usr/bin/ssh-agent (process 8), which is not Sallyport');
    expect(text).toContain('Shell: asks it (SSH_AUTH_SOCK)');
    expect([commands[0], code]).toEqual([start, 1]);
    const [step] = describeStatus(status({ told: other.address, asked: other })).steps;
    expect(step?.[1]).toBe('start Sallyport’s agent, and have this shell ask it in place of that one');
  });

  it.each([
    ['nothing', undefined, undefined, 'asks no agent: SSH_AUTH_SOCK is not set'],
    ['another agent', other.address, other, 'asks another agent (SSH_AUTH_SOCK), at /tmp/ssh/agent.1'],
    [
      'one that has gone',
      '/gone',
      { address: '/gone', problem: '', isThere: false },
      'asks at /gone (SSH_AUTH_SOCK), and nobody listens there',
    ],
    [
      'one that is stuck',
      '/x',
      { address: '/x', problem: 'y', isThere: true },
      'asks at /x (SSH_AUTH_SOCK), and what listens there gives no answer',
    ],
  ])('is a Sallyport that runs, while this shell asks %s', (_, told, asked, words) => {
    const { text, commands, code } = describing({ told, asked, elsewhere: ours });
    expect(text).toContain('Agent: Sallyport (process 7)\n  at /run/a.sock');
    expect(text).toContain(`Shell: ${words}`);
    expect([commands, code]).toEqual([[start], 1]);
  });

  it('is never more than 15 lines', () => {
    const long = describing({
      told: other.address,
      asked: other,
      elsewhere: { ...ours, doors: [{ ...open, status: 'degraded' }] },
      keysLeft: ['/h/.ssh/id_rsa'],
    });
    expect(long.text.split('\n').length + 2 + 2 * long.commands.length).toBeLessThanOrEqual(15);
  });
});
