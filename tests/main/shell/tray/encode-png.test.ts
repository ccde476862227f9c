// Bitmaps as PNG files.
import { inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { drawTrayIcon } from '../../../../main/shell/tray/draw-tray-icon.ts';
import { encodePng } from '../../../../main/shell/tray/encode-png.ts';

it('a PNG holds the drawn pixels', () => {
  const bitmap = drawTrayIcon('prompt-waiting', false, 20);
  const png = encodePng(bitmap);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  const data = png.subarray(png.indexOf('IDAT') + 4);
  const rows = inflateSync(data);
  expect(rows).toHaveLength(20 * 81);
  for (let row = 0; row < 20; row++)
    expect([...rows.subarray(row * 81 + 1, (row + 1) * 81)]).toEqual([
      ...bitmap.pixels.subarray(row * 80, (row + 1) * 80),
    ]);
});
