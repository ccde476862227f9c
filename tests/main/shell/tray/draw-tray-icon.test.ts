// The drawn icons of the tray, told apart by shape and seen on any taskbar.
import { describe, expect, it } from 'vitest';
import { drawTrayIcon } from '../../../../main/shell/tray/draw-tray-icon.ts';

describe('the icon of the tray', () => {
  const states = ['ready', 'locked-keys', 'prompt-waiting', 'agent-locked', 'door-degraded'] as const;
  it.each([16, 20, 24, 28, 32])('has another shape for each state at %i pixels', (size) => {
    // Told apart by what is covered, not by colour: half covered counts as covered.
    const shapes = states.map((state) => {
      const { pixels } = drawTrayIcon(state, true, size);
      return Array.from({ length: size * size }, (_, i) =>
        (pixels[i * 4 + 3] as number) > 127 ? '#' : '.',
      ).join('');
    });
    expect(new Set(shapes).size).toBe(states.length);
    for (const shape of shapes) expect(shape).toContain('#');
  });

  it('is drawn in ink that the taskbar is not', () => {
    const brightest = (isDark: boolean) =>
      Math.max(...drawTrayIcon('ready', isDark, 16).pixels.filter((_, i) => i % 4 === 0));
    expect(brightest(true)).toBe(255);
    expect(brightest(false)).toBeLessThan(64);
  });
});
