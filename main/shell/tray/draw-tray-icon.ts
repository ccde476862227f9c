// The tray icon drawn by arithmetic: sharp at every scale, and told apart by shape rather than by colour.
import type { TrayState } from './tray-state.ts';

/** RGBA, rows from the top, not premultiplied. */
export interface Bitmap {
  readonly size: number;
  readonly pixels: Uint8Array;
}

type Colour = readonly [red: number, green: number, blue: number];
/** Whether a point of the unit square belongs to a shape; y goes down. */
type Shape = (x: number, y: number) => boolean;

const samplesPerSide = 4;
const amber: Colour = [235, 140, 0];
const red: Colour = [210, 60, 50];

const circle =
  (cx: number, cy: number, radius: number): Shape =>
  (x, y) =>
    Math.hypot(x - cx, y - cy) <= radius;
const box =
  (left: number, top: number, right: number, bottom: number): Shape =>
  (x, y) =>
    x >= left && x <= right && y >= top && y <= bottom;
const either =
  (...shapes: readonly Shape[]): Shape =>
  (x, y) =>
    shapes.some((shape) => shape(x, y));
const without =
  (shape: Shape, hole: Shape): Shape =>
  (x, y) =>
    shape(x, y) && !hole(x, y);
/** Upright triangle with its tip at the top. */
const triangle =
  (cx: number, top: number, bottom: number, halfWidth: number): Shape =>
  (x, y) =>
    y >= top && y <= bottom && Math.abs(x - cx) <= (halfWidth * (y - top)) / (bottom - top);

/** A gate: an arch on two walls. `inset` makes a smaller one for its inside. */
const gate = (inset: number): Shape =>
  either(circle(0.5, 0.45, 0.38 - inset), box(0.12 + inset, 0.45, 0.88 - inset, 0.9375 - inset));
const keyhole = either(circle(0.5, 0.46, 0.13), box(0.44, 0.46, 0.56, 0.76));
const portcullis: Shape = (x, y) => gate(0.12)(x, y) && ((x * 7) % 2 < 1 || (y * 7) % 2 < 0.8);
const badgeRim = circle(0.74, 0.74, 0.3);

/** What is drawn, from the back to the front, in the system's ink or in a colour of its own. */
function layersOf(state: TrayState): readonly { readonly shape: Shape; readonly colour?: Colour }[] {
  const wall = without(gate(0), keyhole);
  const outline = either(without(gate(0), gate(0.11)), keyhole);
  switch (state) {
    case 'ready':
      return [{ shape: wall }];
    case 'locked-keys':
      return [{ shape: outline }];
    case 'agent-locked':
      return [{ shape: either(without(gate(0), gate(0.11)), portcullis) }];
    case 'prompt-waiting':
      return [{ shape: without(wall, badgeRim) }, { shape: circle(0.74, 0.74, 0.23), colour: amber }];
    case 'door-degraded':
      return [
        { shape: without(wall, triangle(0.7, 0.4, 1, 0.38)) },
        { shape: triangle(0.7, 0.5, 0.96, 0.28), colour: red },
      ];
  }
}

/** The icon at `size` pixels, in ink that is seen on a dark or a light taskbar. */
export function drawTrayIcon(state: TrayState, isTaskbarDark: boolean, size: number): Bitmap {
  const ink: Colour = isTaskbarDark ? [255, 255, 255] : [28, 28, 28];
  const layers = layersOf(state);
  const pixels = new Uint8Array(size * size * 4);
  const step = 1 / (size * samplesPerSide);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const sum = [0, 0, 0, 0] as [number, number, number, number];
      for (let sample = 0; sample < samplesPerSide ** 2; sample++) {
        const x = column / size + ((sample % samplesPerSide) + 0.5) * step;
        const y = row / size + (Math.floor(sample / samplesPerSide) + 0.5) * step;
        const top = layers.findLast(({ shape }) => shape(x, y));
        if (top === undefined) continue;
        const [r, g, b] = top.colour ?? ink;
        sum[0] += r;
        sum[1] += g;
        sum[2] += b;
        sum[3] += 1;
      }
      const [r, g, b, covered] = sum;
      if (covered === 0) continue;
      const pixel = [r / covered, g / covered, b / covered, (255 * covered) / samplesPerSide ** 2];
      pixels.set(pixel.map(Math.round), (row * size + column) * 4);
    }
  }
  return { size, pixels };
}
