/** What is saved of a `stream-sea-describe`: names and defaults are public API (see stream-sea-server.config). */

import type { StreamType } from '../shared/message/value.config';

/** What a saved `stream-sea-describe` node holds. */
export interface DescribeConfig {
  name: string;
  server: string;
  /** What it is depends on the type. Blank text: `msg.topic`. */
  stream: string;
  streamType: StreamType;
}

export const DESCRIBE_DEFAULTS: DescribeConfig = { name: '', server: '', stream: '', streamType: 'str' };
