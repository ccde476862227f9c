// The program's icon as .ico, drawn by the same code as the tray's: a white gate on a blue tile.
import { writeFileSync } from 'node:fs';
import { drawTrayIcon } from '../main/shell/tray/draw-tray-icon.ts';
import { encodePng } from '../main/shell/tray/encode-png.ts';

const sizes = [16, 20, 24, 32, 40, 48, 64, 128, 256];
const tile = [0, 95, 184];

/** The gate at three quarters of the size, in the middle of a tile with round corners. */
function drawIcon(size) {
  const inner = Math.round(size * 0.75);
  const offset = Math.floor((size - inner) / 2);
  const gate = drawTrayIcon('ready', true, inner);
  const pixels = new Uint8Array(size * size * 4);
  const radius = size * 0.2;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const dx = Math.max(radius - x - 0.5, x + 0.5 - (size - radius), 0);
      const dy = Math.max(radius - y - 0.5, y + 0.5 - (size - radius), 0);
      const cover = Math.min(Math.max(radius - Math.hypot(dx, dy) + 0.5, 0), 1);
      const [gx, gy] = [x - offset, y - offset];
      const isInside = gx >= 0 && gy >= 0 && gx < inner && gy < inner;
      const white = isInside ? gate.pixels[(gy * inner + gx) * 4 + 3] / 255 : 0;
      const colour = tile.map((channel) => Math.round(channel + (255 - channel) * white));
      pixels.set([...colour, Math.round(255 * cover)], (y * size + x) * 4);
    }
  }
  return { size, pixels };
}

/** ICONDIR, one entry of 16 bytes for each image, then the images as PNG. */
export function makeIcon(path) {
  const images = sizes.map((size) => encodePng(drawIcon(size)));
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  for (const [index, image] of images.entries()) {
    const entry = 6 + 16 * index;
    // 0 stands for 256.
    header.set([sizes[index] % 256, sizes[index] % 256, 0, 0], entry);
    header.writeUInt16LE(1, entry + 4);
    header.writeUInt16LE(32, entry + 6);
    header.writeUInt32LE(image.length, entry + 8);
    header.writeUInt32LE(offset, entry + 12);
    offset += image.length;
  }
  writeFileSync(path, Buffer.concat([header, ...images]));
}
