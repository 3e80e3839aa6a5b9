/** A small chart of a rate over the last minute: the newest at the right, the highest at the top. */

import { SPAN } from './rates.editor';

const SVG = 'http://www.w3.org/2000/svg';

const HEIGHT = 24;

export class Chart {
  readonly element = document.createElementNS(SVG, 'svg');
  readonly #area = document.createElementNS(SVG, 'polygon');
  readonly #line = document.createElementNS(SVG, 'polyline');

  constructor() {
    this.element.setAttribute('class', 'stream-sea-chart');
    this.element.setAttribute('viewBox', `0 0 ${SPAN} ${HEIGHT}`);
    this.element.setAttribute('preserveAspectRatio', 'none');
    this.element.setAttribute('role', 'img');
    this.element.append(this.#area, this.#line);
  }

  /** @param label what it shows, for those who listen. */
  draw(series: readonly { ago: number; rate: number }[], label: string): void {
    this.element.setAttribute('aria-label', label);
    const highest = Math.max(...series.map(({ rate }) => rate), 0) || 1;
    const points = series.map(({ ago, rate }) => {
      const y = HEIGHT - 1 - (rate / highest) * (HEIGHT - 3);
      return `${(SPAN - ago).toFixed(1)},${y.toFixed(1)}`;
    });
    this.#line.setAttribute('points', points.join(' '));
    const [first = '0'] = (points[0] ?? '').split(',');
    const area = points.length === 0 ? [] : [`${first},${HEIGHT}`, ...points, `${SPAN},${HEIGHT}`];
    this.#area.setAttribute('points', area.join(' '));
  }
}
