/** What is saved of a `stream-sea-out`: names and defaults are public API (see stream-sea-server.config). */

import type { PayloadType, StreamType } from '../shared/message/value.config';

/** What a saved `stream-sea-out` node holds. */
export interface OutConfig {
  name: string;
  server: string;
  /** What it is depends on the type. Blank text: `msg.topic`. */
  stream: string;
  streamType: StreamType;
  /** What is published. */
  payload: string;
  payloadType: PayloadType;
  /** A plain number, text or truth value is published as this field of a message. Blank: as it is. */
  field: string;
  /** Whether a text that is a number, with a comma or a point, is that number there. */
  decimalComma: boolean;
  validate: 'off' | 'types' | 'strict';
  /** Whether messages that wait for the same stream may leave together in one request. */
  batch: boolean;
}

export const VALIDATE = ['off', 'types', 'strict'] as const;

export const OUT_DEFAULTS: OutConfig = {
  name: '',
  server: '',
  stream: '',
  streamType: 'str',
  payload: 'payload',
  payloadType: 'msg',
  field: '',
  decimalComma: false,
  validate: 'off',
  batch: true,
};
