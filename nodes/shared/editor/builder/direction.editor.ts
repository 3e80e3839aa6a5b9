/** Where a row of a builder can be moved to: within its list, out of it, or into the one beside it. */

export type Direction = 'up' | 'down' | 'in' | 'out';

const KEYS: Readonly<Record<string, Direction>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'out',
  ArrowRight: 'in',
};

/** Alt and an arrow. */
export function directionOf({ altKey, key }: { altKey: boolean; key: string }): Direction | undefined {
  return altKey ? KEYS[key] : undefined;
}
