// OpenSSH's rules for SSH_ASKPASS, and our flags above them.
import { describe, expect, it } from 'vitest';
import { choosePromptWay, type PromptChoice } from '../../../main/terminal/choose-prompter.ts';

const display = { DISPLAY: ':0' };
const askpass = { SSH_ASKPASS: '/bin/ask' };

function way(choice: Partial<PromptChoice>): string {
  const chosen = choosePromptWay({ prefer: 'terminal', env: {}, hasTerminal: true, ...choice });
  return chosen.kind === 'askpass' ? chosen.program : chosen.kind;
}

describe('way to the person', () => {
  it('is the program of --askpass whatever the environment says', () => {
    const env = { SSH_ASKPASS: '/bin/other', SSH_ASKPASS_REQUIRE: 'never' };
    expect(way({ askpass: '/bin/mine', env })).toBe('/bin/mine');
    expect(way({ askpass: '/bin/mine', env, hasTerminal: false })).toBe('/bin/mine');
  });

  it('is none with --no-prompt', () => {
    expect(way({ noPrompt: true, askpass: '/bin/mine', env: { ...askpass, ...display } })).toBe('refuse');
  });

  it('is the terminal for a client that has one, unless the environment prefers the program', () => {
    expect(way({ env: { ...askpass, ...display } })).toBe('terminal');
    expect(way({ env: { ...askpass, ...display, SSH_ASKPASS_REQUIRE: 'prefer' } })).toBe('/bin/ask');
  });

  it('is the program for a client without a terminal where there is a display', () => {
    expect(way({ env: { ...askpass, ...display }, hasTerminal: false })).toBe('/bin/ask');
    expect(way({ env: { ...askpass, WAYLAND_DISPLAY: 'wayland-0' }, hasTerminal: false })).toBe('/bin/ask');
    expect(way({ env: askpass, hasTerminal: false })).toBe('refuse');
    expect(way({ env: { ...askpass, DISPLAY: '' }, hasTerminal: false })).toBe('refuse');
  });

  it('is the program for the agent where there is a display, else the terminal', () => {
    expect(way({ prefer: 'askpass', env: { ...askpass, ...display } })).toBe('/bin/ask');
    expect(way({ prefer: 'askpass', env: askpass })).toBe('terminal');
  });

  it('is never the program with "never"', () => {
    const env = { ...askpass, ...display, SSH_ASKPASS_REQUIRE: 'never' };
    expect(way({ prefer: 'askpass', env })).toBe('terminal');
    expect(way({ env, hasTerminal: false })).toBe('refuse');
  });

  it('needs a display with "prefer" and none with "force"', () => {
    expect(way({ env: { ...askpass, SSH_ASKPASS_REQUIRE: 'prefer' } })).toBe('terminal');
    expect(way({ env: { ...askpass, SSH_ASKPASS_REQUIRE: 'force' } })).toBe('/bin/ask');
    expect(way({ env: { ...askpass, SSH_ASKPASS_REQUIRE: 'FORCE' } })).toBe('/bin/ask');
  });

  it('is not the terminal with "force", even when there is no program', () => {
    expect(way({ env: { SSH_ASKPASS_REQUIRE: 'force' } })).toBe('refuse');
  });

  it('is the default program when SSH_ASKPASS is not set', () => {
    expect(way({ prefer: 'askpass', env: display, defaultAskpass: '/usr/bin/ssh-askpass' })).toBe(
      '/usr/bin/ssh-askpass',
    );
    expect(way({ prefer: 'askpass', env: display })).toBe('terminal');
  });
});
