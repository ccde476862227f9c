// Rules that could never match are none; those that could are.
import { describe, expect, it } from 'vitest';
import { whyNoRule } from '../../../../main/agent/consent/rule-schema.ts';

const digest = 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg';

describe('a rule', () => {
  it.each([
    { key: `SHA256:${digest}` },
    { program: '/usr/bin/ssh' },
    { program: '/opt/a program/b..c/.hidden' },
    { program: 'C:\\Program Files\\PuTTY\\putty.exe' },
    { program: 'c:/windows/system32/openssh/ssh.exe' },
    { program: '\\\\server\\share\\ssh.exe' },
    { program: '\\\\s\\share\\ssh.exe' },
    { program: '//s/d/ssh.exe' },
    { destination: `SHA256:${digest}` },
    { destination: 'github.com' },
    { destination: 'GitHub.com' },
    { destination: '*.example.com' },
    { destination: '[git.example.com]:2222' },
    { destination: '[*]:22??' },
    { destination: '2001:db8::1' },
    { destination: '::1' },
    { destination: '2001:*' },
    { destination: '*:1' },
    { destination: '*:2222' },
    { destination: 'fe80::1%eth0' },
    { destination: '[2001:db8::1]:2222' },
    { destination: 'rechner-ä' },
    { user: 'DOMAIN\\user' },
    { purpose: 'sshsig', namespace: 'git' },
  ])('that could match is taken: %j', (conditions) => {
    expect(whyNoRule({ action: 'deny', ...conditions })).toBeUndefined();
  });

  it.each([
    [{ action: 'forbid' }, 'an action is allow'],
    [{ action: undefined }, 'an action is allow'],
    [{ key: 'SHA256:short' }, 'a key is named'],
    [{ key: `SHA256:${digest.slice(0, -1)}h` }, 'a key is named'],
    [{ key: `SHA256:${digest}=` }, 'a key is named'],
    [{ key: 'MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48' }, 'a key is named'],
    [{ program: 'ssh' }, 'a program is named'],
    [{ program: './ssh' }, 'a program is named'],
    [{ program: '~/bin/ssh' }, 'a program is named'],
    [{ program: '/usr/bin/../bin/ssh' }, 'a program is named'],
    [{ program: '/usr//bin/ssh' }, 'a program is named'],
    [{ program: '/usr/bin/' }, 'a program is named'],
    [{ program: '/' }, 'a program is named'],
    [{ program: 'C:putty.exe' }, 'a program is named'],
    [{ program: 'C:\\a\\..\\putty.exe' }, 'a program is named'],
    [{ program: '\\\\?\\C:\\ssh.exe' }, 'a program is named'],
    [{ program: '\\\\.\\C:\\ssh.exe' }, 'a program is named'],
    [{ program: '\\\\s\\share' }, 'a program is named'],
    [{ program: '\\\\s' }, 'a program is named'],
    [{ program: '\\\\\\share\\ssh.exe' }, 'a program is named'],
    [{ program: '\\Windows\\ssh.exe' }, 'a program is named'],
    [{ program: '' }, 'a condition is not empty'],
    [{ destination: 'git@github.com' }, 'a host is a name'],
    [{ destination: 'ssh://github.com' }, 'a host is a name'],
    [{ destination: 'two hosts' }, 'a host is a name'],
    [{ destination: 'a,b' }, 'a host is a name'],
    [{ destination: '!a' }, 'a host is a name'],
    [{ destination: 'github.com:22' }, '“[host]:2222”'],
    [{ destination: 'github.com:22??' }, '“[host]:2222”'],
    [{ destination: '[github.com]:22' }, 'one at port 22 just “host”'],
    [{ destination: '[github.com]' }, '“[host]:2222”'],
    [{ destination: 'SHA256:short' }, 'a host key is named'],
    [{ destination: `sha256:${digest}` }, 'a host key is named'],
    [{ destination: '16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48' }, 'a host key is named'],
    [{ purpose: 'signing' }, 'a purpose is'],
    [{ user: '*' }, 'without * and ?'],
    [{ namespace: 'git?' }, 'without * and ?'],
    [{ user: 'root', namespace: 'git' }, 'a user goes with a login'],
    [{ origin: 'everywhere' }, 'an origin is'],
    [{ host: 'x' }, 'it has “host”'],
    [{ 'a”\u001b[2J': 'x' }, 'it has “a<U+201D><U+001B>[2J”, which is'],
  ])('that could never match is refused: %j', (conditions, why) => {
    expect(whyNoRule({ action: 'deny', ...conditions })).toContain(why);
  });
});
