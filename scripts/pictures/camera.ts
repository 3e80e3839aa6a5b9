/** Takes pictures of the page, or of a dialog in it, small enough for a repository. */

import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { type Film, film } from './film';

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What of a page is in its picture. */
export type Frame = 'window' | Box;

export const FOLDER = resolve(__dirname, '../../images');

const MAX_BYTES = 300_000;
const MAX_FILM_BYTES = 800_000;

/** Of a dialog's last line from the lower edge of its picture, in pixels. */
const MARGIN = 24;

/** Around what is no dialog, in pixels. */
const EDGE = 7;

/** @throws when the picture is too large to be kept in a repository */
export async function capture(page: Page, frame: Frame, file: string, moving?: Film): Promise<void> {
  const path = join(FOLDER, file);
  await mkdir(FOLDER, { recursive: true });
  if (moving !== undefined) await writeFile(path, await film(page, moving));
  else await page.screenshot({ path, animations: 'disabled', ...(frame !== 'window' && { clip: frame }) });
  const { size } = await stat(path);
  const most = moving === undefined ? MAX_BYTES : MAX_FILM_BYTES;
  if (size > most) throw new Error(`${path} has ${size} bytes, more than ${most}.`);
  console.log(`${path} (${Math.round(size / 1000)} kB)`);
}

/** The dialog in front, in a window no higher than it needs. */
export async function frameDialog(page: Page): Promise<Frame> {
  const tray = page.locator('.red-ui-tray').last();
  const body = tray.locator('.red-ui-tray-body').first();
  const spare = bottom(await boxOf(body)) - bottom(await boxOf(body.locator('.sea-dialog')));
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  await page.setViewportSize({ width, height: Math.ceil(height - spare + MARGIN) });
  // Off every button, whose tip would be in the picture.
  await page.mouse.move(0, 0);
  // The tray itself reaches beyond its visible part, where it is dragged to another width.
  const frame = around(
    await boxOf(tray.locator('.red-ui-tray-header')),
    await boxOf(tray.locator('.red-ui-tray-footer')),
  );
  // At its right edge a little of what is behind it can be seen.
  return { ...frame, width: frame.width - 1 };
}

/** From the upper edge of the first to the lower edge of the last, and a little around them. */
export async function frameFromTo(first: Locator, last: Locator): Promise<Frame> {
  const { x, y, width, height } = around(await boxOf(first), await boxOf(last));
  return { x: x - EDGE, y: y - EDGE, width: width + 2 * EDGE, height: height + 2 * EDGE };
}

/** In whole pixels. */
function around(first: Box, last: Box): Box {
  const [x, y] = [Math.ceil(first.x), Math.floor(first.y)];
  return { x, y, width: Math.floor(first.x + first.width) - x, height: Math.ceil(bottom(last)) - y };
}

function bottom({ y, height }: Box): number {
  return y + height;
}

async function boxOf(part: Locator): Promise<Box> {
  const box = await part.boundingBox();
  if (box === null) throw new Error(`${part} is not in sight.`);
  return box;
}
