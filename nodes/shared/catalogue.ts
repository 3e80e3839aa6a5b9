/** The texts that all nodes share; they stand in the server node's catalogue. */

import type { NodeAPI } from 'node-red';

const NAMESPACE = '@stream-sea/node-red/stream-sea-server';

export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** Texts in the language of the server; keys as `error.noStream`. */
export function translator(RED: NodeAPI): Translate {
  return (key, values) => RED._(`${NAMESPACE}:${key}`, { ...values });
}
