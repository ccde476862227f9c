// Where windows open, on one monitor and on two, large and small.
import { expect, it, vi } from 'vitest';
import { placeAtPointer, placeInCorner } from '../../../../main/shell/windows/window-place.ts';

const { screen } = vi.hoisted(() => {
  const left = { workArea: { x: 0, y: 0, width: 960, height: 500 } };
  const right = { workArea: { x: 960, y: -100, width: 2560, height: 1400 } };
  const pointer = { x: 0, y: 0 };
  return {
    screen: {
      pointer,
      getCursorScreenPoint: () => pointer,
      getDisplayNearestPoint: ({ x }: { x: number }) => (x < 960 ? left : right),
    },
  };
});
vi.mock('electron', () => ({ screen }));

const size = { width: 1060, height: 680 };

it.each([
  ['in the middle of the monitor with the pointer', 1000, { x: 1710, y: 260, ...size }],
  ['as large as a monitor that is too small for it', 10, { x: 0, y: 0, width: 960, height: 500 }],
])('opens %s', (_where, x, place) => {
  screen.pointer.x = x;
  expect(placeAtPointer(size)).toEqual(place);
});

it('tells in the corner of the monitor with the pointer, within it', () => {
  screen.pointer.x = 1000;
  expect(placeInCorner({ width: 480, height: 480 })).toEqual({ x: 3024, y: 804, width: 480, height: 480 });
  screen.pointer.x = 10;
  expect(placeInCorner(size)).toEqual({ x: 0, y: 0, width: 960, height: 500 });
});
