/** Pictures that move: one of a page every now and then, as a GIF. What stays as it was takes hardly any room in it. */

import { setTimeout as sleep } from 'node:timers/promises';
import { GIFEncoder, nearestColorIndex, quantize, snapColorsToPalette } from 'gifenc';
import type { Page } from 'playwright-core';

export interface Film {
  readonly frames: number;
  /** Milliseconds from one to the next, as they are taken. */
  readonly interval: number;
  /** Milliseconds that each is shown. */
  readonly shown: number;
}

/** The last of the colours stands for: as before. */
const COLOURS = 255;

/** How far a colour may be from white to become it. */
const NEARLY = 15;

/** Milliseconds that the last picture stands. */
const REST = 2_000;

export async function film(page: Page, { frames, interval, shown }: Film): Promise<Uint8Array> {
  const taken: Buffer[] = [];
  for (let index = 0; index < frames; index += 1) {
    const next = sleep(interval);
    taken.push(await page.screenshot({ animations: 'disabled' }));
    await next;
  }
  const gif = GIFEncoder();
  let palette: number[][] | undefined;
  let before: Uint8Array | undefined;
  for (const [index, png] of taken.entries()) {
    const { data, width, height } = await decode(page, png);
    palette ??= coloursOf(data);
    const colours = indexesOf(data, palette);
    const seen = before;
    const changed = colours.map((colour, at) => (colour === seen?.[at] ? COLOURS : colour));
    gif.writeFrame(changed, width, height, {
      ...(index === 0 && { palette: [...palette, ...Array(COLOURS + 1 - palette.length).fill([0, 0, 0])] }),
      transparent: true,
      transparentIndex: COLOURS,
      dispose: 1,
      delay: index === taken.length - 1 ? REST : shown,
    });
    before = colours;
  }
  gif.finish();
  return gif.bytes();
}

/** Paper stays white, and not nearly so. */
function coloursOf(data: Uint8ClampedArray): number[][] {
  const palette = quantize(data, COLOURS);
  snapColorsToPalette(palette, [[255, 255, 255]], NEARLY);
  return palette;
}

/** Each colour by itself: what is nearly white is not white, as it would be to gifenc's own. */
function indexesOf(data: Uint8ClampedArray, palette: number[][]): Uint8Array {
  const known = new Map<number, number>();
  const pixels = new Uint32Array(data.buffer);
  return Uint8Array.from(pixels, (pixel) => {
    const found =
      known.get(pixel) ??
      nearestColorIndex(
        palette,
        [pixel, pixel >> 8, pixel >> 16].map((part) => part & 255),
      );
    known.set(pixel, found);
    return found;
  });
}

/** By the browser, which knows PNG. */
async function decode(
  page: Page,
  png: Buffer,
): Promise<{ data: Uint8ClampedArray; width: number; height: number }> {
  const { rows, width, height } = await page.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    if (context === null) throw new Error('There is no canvas.');
    context.drawImage(bitmap, 0, 0);
    const rows = Array.from({ length: bitmap.height }, (_, y) =>
      btoa(String.fromCharCode(...context.getImageData(0, y, bitmap.width, 1).data)),
    );
    return { rows, width: bitmap.width, height: bitmap.height };
  }, png.toString('base64'));
  const data = new Uint8ClampedArray(Buffer.concat(rows.map((row) => Buffer.from(row, 'base64'))));
  return { data, width, height };
}
