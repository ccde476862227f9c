// Where a window opens: before the person.
import { screen } from 'electron';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How far from the edges of the display. */
const marginPixels = 16;

/** The lower right corner of the display that the mouse pointer is on, where Windows puts what it only tells. */
export function placeInCorner(size: Size): Size & { readonly x: number; readonly y: number } {
  const { workArea } = screen.getDisplayNearestPoint(screen.getCursorScreenPoint());
  const width = Math.min(size.width, workArea.width);
  const height = Math.min(size.height, workArea.height);
  return {
    width,
    height,
    x: Math.max(workArea.x, workArea.x + workArea.width - width - marginPixels),
    y: Math.max(workArea.y, workArea.y + workArea.height - height - marginPixels),
  };
}

/** The middle of the display that the mouse pointer is on, and never larger than that display. */
export function placeAtPointer(size: Size): Size & { readonly x: number; readonly y: number } {
  const { workArea } = screen.getDisplayNearestPoint(screen.getCursorScreenPoint());
  const width = Math.min(size.width, workArea.width);
  const height = Math.min(size.height, workArea.height);
  return {
    width,
    height,
    x: Math.round(workArea.x + (workArea.width - width) / 2),
    y: Math.round(workArea.y + (workArea.height - height) / 2),
  };
}
