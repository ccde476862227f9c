import * as v from 'valibot';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  applyChange,
  changeSchema,
  showChange,
  showUndo,
  undoChange,
} from '../../../../main/set-up/changes/change-kinds.ts';
import { serviceProgram } from '../../../../main/set-up/programs/service.ts';
import { InventedHome } from '../invented-home.ts';
import { InventedWindows } from '../invented-windows.ts';

let home: InventedHome;
let windows: InventedWindows;

beforeEach(() => {
  home = new InventedHome();
  windows = new InventedWindows(home.path('Startup'));
  windows.agentService = { startType: 2, isRunning: true };
  onTestFinished(() => home[Symbol.dispose]());
});

const around = () => home.around({ platform: 'win32', windows, addressOf: () => undefined });

async function change() {
  const [one] = (await serviceProgram.look(around())).changes ?? [];
  return one ?? expect.fail('there is nothing to change');
}

describe('the agent service of Windows', () => {
  it('is stopped and disabled by one command that was shown before, and back as it was by one', async () => {
    const one = await change();
    const [shown = expect.fail('nothing is shown')] = await showChange(one, around());
    expect(shown).toMatchObject({
      removed: ['ssh-agent: starts with Windows, running'],
      added: ['ssh-agent: disabled, stopped'],
    });
    await applyChange(one, around());
    expect(windows.commands).toEqual(['sc.exe stop ssh-agent & sc.exe config ssh-agent start= disabled']);
    expect(shown.how).toContain(windows.commands[0]);
    expect(await serviceProgram.look(around())).toMatchObject({ status: 'blocked' });
    const back = await showUndo(one, around());
    await undoChange(one, around());
    expect(windows.agentService).toEqual({ startType: 2, isRunning: true });
    expect(back.how).toContain(windows.commands[1]);
  });

  it('is left as it is where nobody is there whom Windows could ask, and the command for it is told', async () => {
    const one = await change();
    await applyChange(one, around());
    await expect(undoChange(one, { ...around(), isUnattended: true })).rejects.toMatchObject({
      message: expect.stringContaining('nobody is there to be asked'),
      byHand: ['sc.exe config ssh-agent start= auto & sc.exe start ssh-agent'],
    });
    expect(windows.commands).toHaveLength(1);
  });

  it('is not started again where it did not run', async () => {
    windows.agentService = { startType: 2, isRunning: false };
    const one = await change();
    await applyChange(one, around());
    await undoChange(one, around());
    expect(windows.agentService).toEqual({ startType: 2, isRunning: false });
  });

  it('stays as it is when the person says no to Windows', async () => {
    windows.isAllowed = false;
    await expect(applyChange(await change(), around())).rejects.toThrow('Windows was not allowed to do it');
    expect(windows.agentService).toEqual({ startType: 2, isRunning: true });
  });

  it('that was enabled since is left, as is one that is gone', async () => {
    const one = await change();
    await applyChange(one, around());
    windows.agentService = { startType: 3, isRunning: false };
    expect(await undoChange(one, around())).toHaveProperty('note');
    windows.agentService = undefined;
    expect(await undoChange(one, around())).toHaveProperty('note');
    expect(windows.commands).toHaveLength(1);
  });

  it('is the only one, whatever a planted list says', () => {
    const planted = { kind: 'service', startType: 2, isRunning: true, name: 'other' };
    expect(v.safeParse(changeSchema, planted).success).toBe(false);
    expect(v.safeParse(changeSchema, { ...planted, startType: 'auto & evil.exe' }).success).toBe(false);
  });

  it('that is not there is missing', async () => {
    windows.agentService = undefined;
    expect(await serviceProgram.look(around())).toMatchObject({ status: 'missing' });
  });
});
