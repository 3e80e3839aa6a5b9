import type { StreamType } from '../shared/value.config';

/** What a saved `stream-sea-describe` node holds; names and defaults are public API (see stream-sea-server.config). */
export interface DescribeConfig {
  name: string;
  server: string;
  /** What it is depends on the type. Blank text: `msg.topic`. */
  stream: string;
  streamType: StreamType;
}

export const DESCRIBE_DEFAULTS: DescribeConfig = { name: '', server: '', stream: '', streamType: 'str' };
