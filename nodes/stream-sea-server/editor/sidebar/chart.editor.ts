/** A small chart of a rate over the last minute: the newest at the right, the highest at the top, a gap where nobody looked. */

import { type RatePoint, SPAN } from './rates.editor';

const SVG = 'http://www.w3.org/2000/svg';

const HEIGHT = 24;

export class Chart {
  readonly element = document.createElementNS(SVG, 'svg');
  readonly #area = document.createElementNS(SVG, 'path');
  readonly #line = document.createElementNS(SVG, 'path');

  constructor() {
    this.element.setAttribute('class', 'sea-chart');
    this.element.setAttribute('viewBox', `0 0 ${SPAN} ${HEIGHT}`);
    this.element.setAttribute('preserveAspectRatio', 'none');
    this.element.setAttribute('role', 'img');
    this.#area.setAttribute('class', 'sea-chart-area');
    this.#line.setAttribute('class', 'sea-chart-line');
    this.element.append(this.#area, this.#line);
  }

  /** @param label what it shows, for those who listen. */
  draw(series: readonly RatePoint[], label: string): void {
    this.element.setAttribute('aria-label', label);
    const { line, area } = pathsOf(series);
    this.#line.setAttribute('d', line);
    this.#area.setAttribute('d', area);
  }
}

/** What is without a gap is drawn in one. */
export function pathsOf(series: readonly RatePoint[]): { line: string; area: string } {
  const highest = Math.max(...series.map(({ rate }) => rate), 0) || 1;
  const pieces: { x: string; y: string }[][] = [];
  for (const { ago, rate, gap } of series) {
    if (gap || pieces.length === 0) pieces.push([]);
    const y = HEIGHT - 1 - (rate / highest) * (HEIGHT - 3);
    pieces.at(-1)?.push({ x: (SPAN - ago).toFixed(1), y: y.toFixed(1) });
  }
  const through = (points: { x: string; y: string }[]) => points.map(({ x, y }) => `${x},${y}`).join('L');
  return {
    line: pieces.map((points) => `M${through(points)}`).join(''),
    area: pieces
      .map((points) => `M${points[0]?.x},${HEIGHT}L${through(points)}L${points.at(-1)?.x},${HEIGHT}Z`)
      .join(''),
  };
}
