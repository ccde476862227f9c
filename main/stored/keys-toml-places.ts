// Where in `keys.toml` something stands that is not understood: its parser tells that of the syntax alone.

/** Of the entries in their order, the lines that each takes (the first is 1), or undefined where that can't be told. */
function entryLines(
  lines: readonly string[],
  count: number,
): readonly (readonly [number, number])[] | undefined {
  const starts = lines.flatMap((line, index) =>
    /^\s*\[\[\s*["']?key["']?\s*\]\]/.test(line) ? [index + 1] : [],
  );
  // Within a text of many lines something may look like one.
  if (starts.length !== count) return undefined;
  return starts.map((start, index) => [start, (starts[index + 1] ?? lines.length + 1) - 1]);
}

/** Says where: `line 7`, by what stands there, else the line of the entry's beginning; `entry 2` where no line can be told. */
export function placesIn(text: string, count: number): (entry: number, what?: string) => string {
  const lines = text.split('\n');
  const all = entryLines(lines, count);
  return (entry, what) => {
    const found = all?.[entry];
    if (found === undefined) return `entry ${entry + 1}`;
    const [start, end] = found;
    const at =
      what === undefined || what === ''
        ? -1
        : lines.slice(start - 1, end).findIndex((line) => line.includes(what));
    return `line ${start + Math.max(at, 0)}`;
  };
}
