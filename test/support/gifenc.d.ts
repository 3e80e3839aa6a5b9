/** What is used of gifenc, which has no types of its own. */

declare module 'gifenc' {
  interface Options {
    palette?: number[][];
    transparent?: boolean;
    transparentIndex?: number;
    dispose?: number;
    delay?: number;
  }
  export function GIFEncoder(): {
    writeFrame(index: Uint8Array, width: number, height: number, options: Options): void;
    finish(): void;
    bytes(): Uint8Array;
  };
  export function quantize(data: Uint8ClampedArray, colours: number): number[][];
  /** Changes the palette itself: to each of the colours, its nearest if that is near enough. */
  export function snapColorsToPalette(palette: number[][], colours: number[][], near: number): void;
  export function nearestColorIndex(palette: number[][], colour: number[]): number;
}
