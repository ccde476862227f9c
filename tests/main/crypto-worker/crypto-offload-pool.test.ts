// The pool of worker threads: same results as on this thread, and what happens when work stops halfway.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { Claimant } from '../../../main/basics/fair-queue.ts';
import { createCryptoOffload } from '../../../main/crypto-worker/crypto-offload-pool.ts';
import { inlineCryptoOffload } from '../../../main/crypto-worker/inline-crypto-offload.ts';
import { WorkerPool } from '../../../main/crypto-worker/worker-pool.ts';
import type { Argon2Parameters, DsaNumbers } from '../../../main/keys/crypto-offload.ts';

const passphrase = new TextEncoder().encode('pass phrase');
const salt = new Uint8Array(16).fill(7);
const quick: Argon2Parameters = {
  variant: 'argon2id',
  memoryKiB: 64,
  passes: 1,
  parallelism: 1,
  salt,
  length: 32,
};
/** Minutes of work, if nobody stopped it. */
const endless: Argon2Parameters = { ...quick, memoryKiB: 65_536, passes: 100_000 };
const poolUrl = new URL('../../../main/crypto-worker/crypto-offload-pool.ts', import.meta.url).href;

const toClose: { close(): Promise<void> }[] = [];
const closing = <T extends { close(): Promise<void> }>(pool: T): T => {
  toClose.push(pool);
  return pool;
};
afterEach(async () => {
  await Promise.all(toClose.splice(0).map((pool) => pool.close()));
});
const settled = async (promise: Promise<unknown>): Promise<unknown> =>
  await promise.catch((error: unknown) => error);

describe('the crypto offload pool', () => {
  it('gives the results of the same-thread implementation and leaves its inputs alone', async () => {
    const pool = closing(createCryptoOffload());
    const seed = new Uint8Array(57).fill(3);
    const data = passphrase;
    expect(await pool.argon2(passphrase, quick)).toEqual(await inlineCryptoOffload.argon2(passphrase, quick));
    expect(await pool.bcryptPbkdf(passphrase, salt, 1, 48)).toEqual(
      await inlineCryptoOffload.bcryptPbkdf(passphrase, salt, 1, 48),
    );
    const publicKey = await pool.ed448PublicKey(seed);
    const signature = await pool.ed448Sign(seed, data);
    expect(publicKey).toEqual(await inlineCryptoOffload.ed448PublicKey(seed));
    expect(signature).toEqual(await inlineCryptoOffload.ed448Sign(seed, data));
    expect(await pool.ed448Verify(publicKey, data, signature)).toBe(true);
    expect(await pool.ed448Verify(publicKey, salt, signature)).toBe(false);
    const mldsaSeed = seed.subarray(0, 32);
    const mldsaKey = await pool.mldsa44PublicKey(mldsaSeed);
    const ofMldsa = await pool.mldsa44Sign(mldsaSeed, data, salt);
    expect(mldsaKey).toEqual(await inlineCryptoOffload.mldsa44PublicKey(mldsaSeed));
    expect(await inlineCryptoOffload.mldsa44Verify(mldsaKey, data, salt, ofMldsa)).toBe(true);
    expect(await pool.mldsa44Verify(mldsaKey, data, salt, ofMldsa)).toBe(true);
    expect(await pool.mldsa44Verify(mldsaKey, data, data, ofMldsa)).toBe(false);
    expect(seed).toEqual(new Uint8Array(57).fill(3));
    expect(salt).toEqual(new Uint8Array(16).fill(7));
    expect(new TextDecoder().decode(passphrase)).toBe('pass phrase');
  });

  it('rejects with the message of what went wrong', async () => {
    const pool = closing(createCryptoOffload());
    await expect(pool.argon2(passphrase, { ...quick, passes: 0 })).rejects.toThrow(/iterations/i);
    await expect(pool.ed448Sign(new Uint8Array(3), salt)).rejects.toThrow();
    expect((await pool.argon2(passphrase, quick)).length).toBe(32);
  });

  it('stops work that is aborted, with the reason, and does the rest', async () => {
    const pool = closing(createCryptoOffload({ maxWorkers: 1 }));
    const [running, waiting] = [new AbortController(), new AbortController()];
    const first = settled(pool.argon2(passphrase, endless, running.signal));
    const second = settled(pool.argon2(passphrase, endless, waiting.signal));
    const third = pool.argon2(passphrase, quick);
    waiting.abort(new Error('waiting was stopped'));
    expect(await second).toEqual(new Error('waiting was stopped'));
    running.abort(new Error('running was stopped'));
    expect(await first).toEqual(new Error('running was stopped'));
    expect((await third).length).toBe(32);
    await expect(pool.argon2(passphrase, quick, AbortSignal.abort(new Error('too late')))).rejects.toThrow(
      'too late',
    );
  });

  it('signs while a key derivation runs', async () => {
    const pool = closing(createCryptoOffload({ maxWorkers: 1 }));
    const stop = new AbortController();
    const derivation = settled(pool.argon2(passphrase, endless, stop.signal));
    expect((await pool.ed448Sign(new Uint8Array(57), passphrase)).length).toBe(114);
    stop.abort(new Error('enough'));
    expect(await derivation).toEqual(new Error('enough'));
  });

  it('rejects what is pending and later when it is closed', async () => {
    const pool = createCryptoOffload({ maxWorkers: 1 });
    const pending = [pool.argon2(passphrase, endless), pool.argon2(passphrase, endless)].map(settled);
    await pool.close();
    for (const outcome of await Promise.all(pending)) {
      expect(outcome).toEqual(new Error('the crypto worker pool is closed'));
    }
    await expect(pool.argon2(passphrase, quick)).rejects.toThrow('the crypto worker pool is closed');
  });

  it('does not keep a process alive, and lets it finish its work first', async () => {
    const script = `import { createCryptoOffload } from ${JSON.stringify(poolUrl)};
      const pool = createCryptoOffload();
      void pool.ed448PublicKey(new Uint8Array(57)).then((key) => console.log(key.length));`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 30_000,
    });
    expect((await run).stdout.trim()).toBe('57');
  });
});

describe('a worker pool', () => {
  it('starts no thread before the first job, at most so many, and ends idle ones', async () => {
    const pool = closing(new WorkerPool({ maxWorkers: 2, idleMs: 20 }));
    expect(pool.workerCount).toBe(0);
    const jobs = Array.from({ length: 5 }, () => pool.run('argon2', [passphrase, { ...quick }]));
    expect(pool.workerCount).toBe(2);
    await Promise.all(jobs);
    await expect.poll(() => pool.workerCount).toBe(0);
    expect(await pool.run('ed448PublicKey', [new Uint8Array(57)])).toBeInstanceOf(Uint8Array);
  });

  it('rejects the job of a worker that dies and starts another for the next', async () => {
    const worker = new URL(
      `data:text/javascript,${encodeURIComponent(`
        import { parentPort } from 'node:worker_threads';
        parentPort.on('message', ({ id, operation }) => {
          if (operation === 'argon2') process.exit(3);
          if (operation === 'bcryptPbkdf') throw new Error('crashed');
          parentPort.postMessage({ id, result: true });
        });`)}`,
    );
    const pool = closing(new WorkerPool({ maxWorkers: 1, idleMs: 1_000, worker }));
    const outcomes = await Promise.all([
      settled(pool.run('argon2', [])),
      settled(pool.run('ed448Verify', [])),
      settled(pool.run('bcryptPbkdf', [])),
      settled(pool.run('dsaVerify', [])),
    ]);
    expect(outcomes).toEqual([new Error('the worker thread ended'), true, new Error('crashed'), true]);
    expect(pool.workerCount).toBe(1);
  });
});

/** One thread, whose answer to each job is how many it has had. */
const counting = {
  maxWorkers: 1,
  idleMs: 600_000,
  worker: new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort } from 'node:worker_threads';
      let jobs = 0;
      parentPort.on('message', ({ id }) => parentPort.postMessage({ id, result: Uint8Array.of(++jobs) }));`)}`,
  ),
};

function client(process: unknown) {
  const gone = new AbortController();
  const claimant: Claimant = { process, connection: {}, signal: () => gone.signal };
  return { claimant, leave: () => gone.abort(new Error('the client has gone')) };
}

describe('jobs that wait for a worker', () => {
  const key: DsaNumbers = { p: salt, q: salt, g: salt, y: salt };
  const operations: [
    string,
    (pool: ReturnType<typeof createCryptoOffload>, by: Claimant) => Promise<unknown>,
  ][] = [
    ['ed448Sign', (pool, by) => pool.ed448Sign(salt, salt, by)],
    ['ed448Verify', (pool, by) => pool.ed448Verify(salt, salt, salt, by)],
    ['mldsa44Sign', (pool, by) => pool.mldsa44Sign(salt, salt, salt, by)],
    ['mldsa44Verify', (pool, by) => pool.mldsa44Verify(salt, salt, salt, salt, by)],
    ['dsaSign', (pool, by) => pool.dsaSign(key, salt, salt, by)],
    ['dsaVerify', (pool, by) => pool.dsaVerify(key, salt, salt, by)],
  ];
  it.each(operations)(
    'are one in two of a client with many, while another client has one: %s',
    async (_, run) => {
      const pool = closing(createCryptoOffload(counting));
      const crowd = Array.from({ length: 20 }, () => run(pool, client('crowd').claimant));
      // The first runs and the second is next.
      expect(await run(pool, client('other').claimant)).toEqual(Uint8Array.of(3));
      expect(await crowd[19]).toEqual(Uint8Array.of(21));
    },
  );

  const ed448 = (pool: WorkerPool, claimant: Claimant) => pool.run('ed448Sign', [salt], undefined, claimant);

  it('are dropped when their client leaves, and the next one has their turn on the same thread', async () => {
    const pool = closing(new WorkerPool(counting));
    const [first, other] = [client('first'), client('other')];
    const crowd = Array.from({ length: 20 }, () => client('crowd'));
    const running = ed448(pool, first.claimant);
    const waiting = crowd.map(({ claimant }) => settled(ed448(pool, claimant)));
    const next = ed448(pool, other.claimant);
    for (const one of crowd) one.leave();
    expect(await Promise.all(waiting)).toEqual(crowd.map(() => new Error('the client has gone')));
    expect(await running).toEqual(Uint8Array.of(1));
    expect(await next).toEqual(Uint8Array.of(2));
  });

  it('are never begun for a client that has left before', async () => {
    const pool = closing(new WorkerPool(counting));
    const early = client('early');
    early.leave();
    const running = ed448(pool, client('first').claimant);
    await expect(ed448(pool, early.claimant)).rejects.toThrow('the client has gone');
    await running;
    expect(await ed448(pool, client('other').claimant)).toEqual(Uint8Array.of(2));
  });

  it('are finished once begun, by a thread that is not ended, when their client leaves', async () => {
    const pool = closing(new WorkerPool(counting));
    const [began, waited] = [client('began'), client('waited')];
    const results = [began, waited].map(({ claimant }) => ed448(pool, claimant));
    began.leave();
    expect(await results[0]).toEqual(Uint8Array.of(1));
    // The second has begun when the first has ended.
    waited.leave();
    expect(await results[1]).toEqual(Uint8Array.of(2));
    expect(await ed448(pool, client('other').claimant)).toEqual(Uint8Array.of(3));
  });
});
