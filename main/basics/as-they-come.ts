// Several waits, of which one that takes long holds up no other.

/**
 * What `works` resolve to: in their order for as long as that makes nobody wait longer than `patienceMs`, then as they come.
 * Rejects as the first of them that does when its turn has come.
 */
export async function* asTheyCome<T>(
  works: readonly Promise<T>[],
  patienceMs: number,
): AsyncGenerator<T, void, undefined> {
  const waiting = new Set(works);
  // Those whose turn never comes, as another rejects before, are nobody's news.
  for (const work of works) work.catch(() => {});
  let stop = () => {};
  const patience = new Promise<'over'>((resolve) => {
    const timer = setTimeout(resolve, patienceMs, 'over');
    stop = () => clearTimeout(timer);
  });
  try {
    for (const work of works) {
      const come = await Promise.race([work.then((value) => ({ value })), patience]);
      if (come === 'over') break;
      waiting.delete(work);
      yield come.value;
    }
    while (waiting.size > 0) {
      const next = await Promise.race([...waiting].map(async (work) => ({ work, value: await work })));
      waiting.delete(next.work);
      yield next.value;
    }
  } finally {
    stop();
  }
}
