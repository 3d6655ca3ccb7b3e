import { describe, expect, it } from 'vitest';
import { between, parsed, turned, unturned, written } from './boxes';

describe('a box on a page', () => {
  it('lies on the same place of the paper however the page is turned', () => {
    const box = { x: 1000, y: 2000, w: 300, h: 400 };
    for (const turn of [0, 90, 180, 270]) {
      const shown = turned(turn, box);
      const corners = between(unturned(turn, shown.x, shown.y), unturned(turn, shown.x + shown.w, shown.y + shown.h));
      expect(corners, `${turn} degrees`).toEqual(box);
    }
    expect(turned(90, { x: 0, y: 0, w: 100, h: 50 }), 'the upper left corner goes to the upper right').toEqual({ x: 9950, y: 0, w: 50, h: 100 });
  });
  it('does not leave the page, and comes back from an address', () => {
    expect(between([-5, 3], [20_000, 2])).toEqual({ x: 0, y: 2, w: 10_000, h: 1 });
    const pin = { page: 2, x: 1, y: 2, w: 3, h: 4 };
    expect(parsed(written(pin))).toEqual(pin);
    expect(parsed('')).toBeNull();
    expect(parsed('1,2,3,4,x')).toBeNull();
  });
});
