/** What is saved of a `stream-sea-define`: names and defaults are public API (see stream-sea-server.config). */

import { isRecord } from '../../src/protocol/json';
import type { StreamType } from '../shared/message/value.config';

/** What a saved `stream-sea-define` node holds. */
export interface DefineConfig {
  name: string;
  server: string;
  /** What it is depends on the type. Blank text: `msg.topic`, or the `name` in the definition. */
  stream: string;
  streamType: StreamType;
  /** Further ones that get the same schema. Without `stream`, all there are. */
  streams: string[];
  /** A definition as JSON text. Blank: `msg.payload`. */
  schema: string;
}

export const DEFINE_DEFAULTS: DefineConfig = {
  name: '',
  server: '',
  stream: '',
  streamType: 'str',
  streams: [],
  schema: '',
};

/** A server would take it, and the stream take anything, as if it were checked: whoever set it has only not begun. */
export function hasNoFields(definition: unknown): boolean {
  return isRecord(definition) && Array.isArray(definition.fields) && definition.fields.length === 0;
}
