/** Draws lines over time with uPlot, which is loaded when the first picture is opened. */

/** What is used of uPlot 1.6; its script comes with the package, and is not part of any page. */
interface Plot {
  readonly root: HTMLElement;
  readonly cursor: { readonly idx?: number | null; readonly left?: number };
  setData(data: PlotData): void;
  setSize(size: { width: number; height: number }): void;
  setSeries(index: number, options: { show: boolean }): void;
  setCursor(place: { left: number; top: number }): void;
  valToPos(value: number, scale: string): number;
  redraw(): void;
  destroy(): void;
}

type PlotData = [number[], ...(number | null | undefined)[][]];
type PlotClass = new (options: object, data: PlotData, place: HTMLElement) => Plot;

declare global {
  interface Window {
    uPlot?: PlotClass;
  }
}

export interface Picture {
  /** Seconds since 1970, rising. */
  readonly times: number[];
  readonly lines: readonly { readonly values: (number | null | undefined)[]; readonly shown: boolean }[];
  readonly from: number;
  readonly to: number;
}

const SCRIPT = 'resources/@stream-sea/node-red/uplot.js';

/** Lines that their colours alone tell apart. */
const SOLID = 4;

/** Those that come after are dashed. */
export function isSolid(line: number): boolean {
  return line < SOLID;
}

/** The property of the style sheet that has it. */
export function lineColour(line: number): string {
  return `--sea-line-${line + 1}`;
}

/** Pixels: about what the values at the left take, and what of a time stands right of its place. */
const YAXIS = 40;
const CUT = 20;

/** Seconds between two times below the picture: its own steps leave nothing between one minute and five. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300];

let loading: Promise<PlotClass> | undefined;

/** Rejects when the script cannot be had; then it is tried again the next time. */
function loadPlot(): Promise<PlotClass> {
  loading ??= new Promise<PlotClass>((resolve, reject) => {
    const script = document.createElement('script');
    const end = () => {
      script.remove();
      if (window.uPlot !== undefined) return resolve(window.uPlot);
      loading = undefined;
      reject(new Error(SCRIPT));
    };
    script.addEventListener('load', end);
    script.addEventListener('error', end);
    script.src = SCRIPT;
    document.head.append(script);
  });
  return loading;
}

export class ValuePlot {
  readonly #place: HTMLElement;
  readonly #pointed: (time: number | undefined) => void;
  readonly #observer: ResizeObserver;
  #class: PlotClass | undefined;
  #plot: Plot | undefined;
  #lines = 0;
  #picture: Picture | undefined;
  #closed = false;

  /**
   * @param place is filled, in its own width and height.
   * @param pointed hears which time somebody points at, in seconds since 1970.
   * @param failed hears that the script cannot be had.
   */
  constructor(place: HTMLElement, pointed: (time: number | undefined) => void, failed: () => void) {
    this.#place = place;
    this.#pointed = pointed;
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(place);
    loadPlot().then((found) => {
      if (this.#closed) return;
      this.#class = found;
      if (this.#picture !== undefined) this.draw(this.#picture);
    }, failed);
  }

  draw(picture: Picture): void {
    this.#picture = picture;
    if (this.#class === undefined || this.#place.clientWidth === 0) return;
    const data: PlotData = [picture.times, ...picture.lines.map(({ values }) => values)];
    if (this.#plot === undefined || this.#lines !== picture.lines.length) {
      this.#plot?.destroy();
      this.#lines = picture.lines.length;
      this.#plot = new this.#class(this.#options(picture.lines.length), data, this.#place);
    } else this.#plot.setData(data);
    for (const [index, { shown }] of picture.lines.entries())
      this.#plot.setSeries(index + 1, { show: shown });
  }

  /** The pointer one value further, as the arrow keys move it. */
  step(by: number): void {
    const plot = this.#plot;
    const times = this.#picture?.times ?? [];
    if (plot === undefined || times.length === 0) return;
    const now = plot.cursor.left !== undefined && plot.cursor.left >= 0 ? plot.cursor.idx : undefined;
    const index = Math.min(Math.max((now ?? times.length) + by, 0), times.length - 1);
    plot.setCursor({ left: plot.valToPos(times[index] ?? 0, 'x'), top: 0 });
  }

  unpoint(): void {
    this.#plot?.setCursor({ left: -10, top: -10 });
  }

  close(): void {
    this.#closed = true;
    this.#observer.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#place;
    if (width === 0) return;
    if (this.#plot !== undefined) this.#plot.setSize({ width, height });
    else if (this.#picture !== undefined) this.draw(this.#picture);
  }

  /** Asked anew at each drawing: the theme may have changed. */
  #style(name: string): string {
    return getComputedStyle(this.#place).getPropertyValue(name).trim();
  }

  /** Nothing so near to the edge that it would be cut off. */
  #clockText(seconds: number): string {
    const { from = 0, to = 1 } = this.#picture ?? {};
    const right = ((to - seconds) / (to - from)) * (this.#place.clientWidth - YAXIS);
    if (right < CUT) return '';
    const form = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
    return new Date(seconds * 1_000).toLocaleTimeString(RED.i18n.lang(), form);
  }

  #options(lines: number): object {
    const text = () => this.#style('--red-ui-secondary-text-color-inactive');
    const grid = { stroke: () => this.#style('--red-ui-secondary-border-color'), width: 1 };
    const font = `11px ${getComputedStyle(this.#place).fontFamily}`;
    const axis = { stroke: text, grid, ticks: { show: false }, font };
    const series = Array.from({ length: lines }, (_, index) => ({
      stroke: () => this.#style(lineColour(index)),
      width: 1.5,
      dash: isSolid(index) ? undefined : [5, 3],
      points: { size: 4 },
    }));
    return {
      width: this.#place.clientWidth,
      height: this.#place.clientHeight,
      padding: [6, 6, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: { x: { range: () => [this.#picture?.from ?? 0, this.#picture?.to ?? 1] } },
      series: [{}, ...series],
      axes: [
        {
          ...axis,
          size: 22,
          gap: 4,
          space: 70,
          incrs: STEPS,
          values: (_: Plot, times: number[]) => times.map((time) => this.#clockText(time)),
        },
        {
          ...axis,
          gap: 4,
          space: 28,
          values: (_: Plot, values: number[]) => values.map(numberText),
          size: (_: Plot, texts: string[] | null) =>
            12 + 6.5 * Math.max(0, ...(texts ?? []).map(({ length }) => length)),
        },
      ],
      hooks: {
        setCursor: [
          ({ cursor: { idx, left } }: Plot) => {
            const isOver = left !== undefined && left >= 0 && idx !== undefined && idx !== null;
            this.#pointed(isOver ? this.#picture?.times[idx] : undefined);
          },
        ],
      },
    };
  }
}

/** As many digits as say something. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9 || (size > 0 && size < 1e-4)) return value.toExponential(2);
  return value.toLocaleString(RED.i18n.lang(), {
    maximumFractionDigits: size < 1 ? 4 : size < 1_000 ? 2 : 0,
  });
}
