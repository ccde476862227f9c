// Extension requests: names, failure codes, PuTTY's four and ours (PuTTY's pageant.c, RFC 9987 §5.8).
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { clearPpk3, encryptedPpk3, pageantBlob } from '../../../fakes/pageant-vectors.ts';
import { plantedPpk } from '../../../fakes/planted-file.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { addRequest, bytes, constrain, request, testAgent } from '../../../fakes/test-agent.ts';
import { ecdsaKey, ed25519Key } from '../../../fakes/test-key.ts';
import { fixture, fixtureText, publicLine } from '../../keys/fixtures.ts';

const failure = Uint8Array.of(5);
const extensionFailure = Uint8Array.of(28);
const success = Uint8Array.of(6);
const addPpk = 'add-ppk@putty.projects.tartarus.org';
const addKeyFile = 'add-key-file@sallyport';
const text = (...texts: string[]) => {
  const writer = new WireWriter();
  for (const each of texts) writer.text(each);
  return writer.finish();
};

describe('extension names', () => {
  it('are told by query, as RFC 9987 has it', async () => {
    const reader = new WireReader(await testAgent().connect().extension('query'));
    expect(reader.readByte()).toBe(29);
    expect(reader.readText()).toBe('query');
    const names: string[] = [];
    while (reader.remaining > 0) names.push(reader.readText());
    expect(names).toContain('session-bind@openssh.com');
    expect(names).toContain('list-extended@putty.projects.tartarus.org');
    expect(names).toContain(addKeyFile);
  });

  it('that are unknown, truncated or missing get FAILURE and the connection goes on', async () => {
    const client = testAgent().connect();
    expect(await client.extension('nobody@example.com', bytes('contents'))).toEqual(failure);
    expect(await client.extension('')).toEqual(failure);
    expect(await client.send(request(27))).toEqual(failure);
    expect(await client.send(request(27).uint32(100).bytes(bytes('short')))).toEqual(failure);
    expect(await client.send(request(27).text('__proto__'))).toEqual(failure);
    expect(await client.send(request(27).text('constructor'))).toEqual(failure);
    expect(await client.status(request(11))).toBe(12);
  });
});

describe('a comment that is no UTF-8', () => {
  it.each([addPpk, addKeyFile])('is listed with the bytes of the file that came by %s', async (name) => {
    const file = Buffer.from(plantedPpk(pageantBlob).replace('planted', '\xb2\xdc'), 'latin1');
    const contents = new WireWriter().string(file);
    if (name === addKeyFile) contents.text('').text('');
    const client = testAgent().connect();
    expect(await client.extension(name, contents.finish())).toEqual(success);
    const list = new WireReader(await client.send(request(11)));
    expect([list.readByte(), list.readUint32(), list.readString()]).toEqual([12, 1, pageantBlob]);
    expect(list.readString()).toEqual(Uint8Array.of(0xb2, 0xdc));
  });
});

describe('a key file that asks for more work than any honest one', () => {
  const opensshWith = (change: (rounds: DataView) => void) => {
    const lines = fixtureText('ed25519.openssh-aes256-ctr').trim().split('\n');
    const bytes = Uint8Array.from(Buffer.from(lines.slice(1, -1).join(''), 'base64'));
    // Behind the magic, the names of cipher and KDF, and the salt.
    const reader = new WireReader(bytes.subarray('openssh-key-v1\0'.length));
    reader.readString();
    reader.readString();
    const options = reader.readString();
    change(new DataView(options.buffer, options.byteOffset + options.length - 4, 4));
    return [lines[0], Buffer.from(bytes).toString('base64'), lines.at(-1), ''].join('\n');
  };

  it.each([
    ['Argon2 memory', encryptedPpk3.replace('Argon2-Memory: 8192', 'Argon2-Memory: 4194304')],
    ['Argon2 passes', encryptedPpk3.replace('Argon2-Passes: 2', 'Argon2-Passes: 4294967295')],
    ['bcrypt rounds', opensshWith((rounds) => rounds.setUint32(0, 0xffffffff))],
    ['no bcrypt rounds', opensshWith((rounds) => rounds.setUint32(0, 0))],
  ])('is refused before any work, and asks nobody: %s', async (_name, file) => {
    let worked = 0;
    const work = () => {
      worked++;
      return Promise.reject(new Error('worked'));
    };
    const { connect, approver } = testAgent({
      offload: { ...inlineCryptoOffload, argon2: work, bcryptPbkdf: work },
    });
    const client = connect();
    expect(await client.extension(addKeyFile, text(file, '', ''))).toEqual(extensionFailure);
    expect(await client.list()).toEqual([]);
    expect([worked, approver.confirms, approver.passphrases]).toEqual([0, [], []]);
  });
});

describe('add-ppk', () => {
  const good = clearPpk3;
  const openssh = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n';

  it.each([
    ['a wrong MAC', good.replace('ba34287b', '00000000')],
    ['PPK version 4', good.replace('File-3', 'File-4')],
    ['an OpenSSH key', openssh],
    ['a public key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA3ZW3+llg9CkzNvmjNaesA5m/RwOla9B1UpLGl7lQ0z me'],
    ['garbage', 'garbage'],
    ['nothing', ''],
    [
      'an encrypted file cut off after the public lines',
      encryptedPpk3.slice(0, encryptedPpk3.indexOf('Key-Derivation')),
    ],
    ['hostile Argon2 memory', encryptedPpk3.replace('Argon2-Memory: 8192', 'Argon2-Memory: 4194304')],
    ['hostile parallelism', encryptedPpk3.replace('Parallelism: 1', 'Parallelism: 0')],
  ])('answers EXTENSION_FAILURE to %s and keeps nothing', async (_name, file) => {
    const client = testAgent().connect();
    expect(await client.extension(addPpk, text(file))).toEqual(extensionFailure);
    expect(await client.list()).toEqual([]);
  });

  it('takes a clear file, signs with it, and takes it again', async () => {
    const client = testAgent().connect();
    expect(await client.extension(addPpk, text(good))).toEqual(success);
    expect(await client.extension(addPpk, text(good))).toEqual(success);
    expect(await client.comments()).toEqual(['enc eddsa 255']);
    expect(await client.sign(pageantBlob, bytes('x'))).toBeDefined();
  });

  it.each(['\r\n', '\r'])('takes files with line ends %j', async (lineEnd) => {
    const client = testAgent().connect();
    expect(await client.extension(addPpk, text(encryptedPpk3.replaceAll('\n', lineEnd)))).toEqual(success);
  });

  it('wipes nothing that the message shares with the stored file', async () => {
    const { connect } = testAgent();
    const client = connect();
    const message = request(27).text(addPpk).text(encryptedPpk3).finish();
    expect(await client.session.handle(message)).toEqual(success);
    message.fill(0);
    expect(await client.list()).toEqual([{ blob: pageantBlob, comment: 'enc eddsa 255' }]);
  });
});

describe('add-key-file', () => {
  it('keeps a file encrypted with constraints and a comment of its own', async () => {
    const { connect, clock } = testAgent();
    const client = connect();
    const contents = new WireWriter()
      .bytes(text(encryptedPpk3, '', 'mine'))
      .bytes(constrain.lifetime(30))
      .finish();
    expect(await client.extension(addKeyFile, contents)).toEqual(success);
    expect(await client.comments()).toEqual(['mine']);
    clock.advance(30_000);
    expect(await client.list()).toEqual([]);
  });

  it('asks for the passphrase of a file that hides its public key, and signs', async () => {
    const { connect, approver } = testAgent();
    const client = connect();
    const { blob } = publicLine('p256').publicKey;
    const file = fixture('p256.pkcs8-aes-128-cbc');
    const contents = new WireWriter().string(file).string(blob).text('hidden').finish();
    expect(await client.extension(addKeyFile, contents)).toEqual(success);
    expect(await client.comments()).toEqual(['hidden']);
    const signature = client.sign(blob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed('pass phrase'));
    expect(await signature).toBeDefined();
  });

  it('never signs with another key than the one listed', async () => {
    const { connect, approver } = testAgent();
    const client = connect();
    // Of the same kind, or it could not sign in its name anyhow.
    const other = ecdsaKey('P-256');
    const file = fixture('p256.pkcs8-aes-128-cbc');
    const contents = new WireWriter().string(file).string(other.blob).text('').finish();
    expect(await client.extension(addKeyFile, contents)).toEqual(success);
    const signature = client.sign(other.blob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed('pass phrase'));
    expect(await signature).toBeUndefined();
  });

  it.each([
    [
      'an unknown constraint',
      new WireWriter()
        .bytes(text(clearPpk3, '', ''))
        .byte(9)
        .finish(),
    ],
    [
      'a public key of another file',
      new WireWriter().text(clearPpk3).string(ed25519Key().blob).text('').finish(),
    ],
    ['a broken public key', text(clearPpk3, 'broken', '')],
    ['no file', text('', '', '')],
    ['a truncated request', text(clearPpk3)],
  ])('refuses %s', async (_name, contents) => {
    const client = testAgent().connect();
    expect(await client.extension(addKeyFile, contents)).toEqual(extensionFailure);
    expect(await client.list()).toEqual([]);
  });
});

describe('lists with state', () => {
  it('tell flags, constraints and the time left', async () => {
    const { connect, clock } = testAgent();
    const client = connect();
    await client.extension(addPpk, text(encryptedPpk3));
    const both = Uint8Array.from(Buffer.concat([constrain.confirm(), constrain.lifetime(60)]));
    await client.send(addRequest(ed25519Key(), 'bound', both));
    clock.advance(10_500);
    const reader = new WireReader(await client.extension('list-keys@sallyport'));
    expect([reader.readByte(), reader.readUint32()]).toEqual([6, 2]);
    const read = () => [
      reader.readString().length > 0,
      reader.readText(),
      ...Array.from({ length: 3 }, () => reader.readUint32()),
    ];
    expect(read()).toEqual([true, 'enc eddsa 255', 3, 0, 0]);
    expect(read()).toEqual([true, 'bound', 0, 3, 50]);
    reader.assertEnd();
  });

  it('list-extended carries exactly the flags word', async () => {
    const client = testAgent().connect();
    await client.extension(addPpk, text(clearPpk3));
    const reader = new WireReader(await client.extension('list-extended@putty.projects.tartarus.org'));
    expect([reader.readByte(), reader.readUint32()]).toEqual([6, 1]);
    expect(reader.readString()).toEqual(pageantBlob);
    expect(reader.readText()).toBe('enc eddsa 255');
    expect(reader.readString()).toEqual(Uint8Array.of(0, 0, 0, 0));
    reader.assertEnd();
  });
});
