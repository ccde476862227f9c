// Which key the doctor may have sign: none of which anybody might be asked.
import { describe, expect, it } from 'vitest';
import { silentKey } from '../../../../main/cli/doctor/signature-check.ts';
import type { ListedKey } from '../../../../main/client/agent-replies.ts';
import { sha256Fingerprint } from '../../../../main/keys/kinds/shared/fingerprint.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const { blob } = ed25519Key();
const fingerprint = sha256Fingerprint(blob);
const key: ListedKey = { blob, comment: '', keptAs: 'clear' };
const policy = { rules: [], defaultLevel: 'never', levels: {} } as const;

describe('the key for a signature that nobody is asked about', () => {
  it.each(['never', 'forwarded'])('may be used by the level %s', (defaultLevel) => {
    expect(silentKey([key], { ...policy, defaultLevel })).toBe(key);
  });

  it.each([
    ['always is asked about', key, { ...policy, defaultLevel: 'always' }],
    ['has a level that is not known here', key, { ...policy, defaultLevel: 'new' }],
    ['has no level', key, { ...policy, defaultLevel: undefined }],
    ['has a level of its own', key, { ...policy, levels: { [fingerprint]: 'always' } }],
    ['may be in a rule', key, { ...policy, rules: [{ id: 'a', action: 'allow' }] }],
    ['wants to be confirmed', { ...key, confirm: true }, policy],
    ['is for some hosts', { ...key, restrictedToDestinations: true }, policy],
    ['is encrypted', { ...key, keptAs: 'encrypted' as const }, policy],
    ['may be unlocked for one use', { ...key, keptAs: 're-encryptable' as const }, policy],
    ['lives elsewhere', { ...key, keptAs: 'elsewhere' as const }, policy],
    ['is of a kind not known here', { ...key, blob: Uint8Array.of(0) }, policy],
    ['is of another agent, which does not tell', { blob, comment: '' }, policy],
  ])('is none that %s', (_, listed: ListedKey, stored) => {
    expect(silentKey([listed], stored)).toBeUndefined();
  });
});
