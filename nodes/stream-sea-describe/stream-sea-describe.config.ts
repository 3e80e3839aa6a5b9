/** What a saved `stream-sea-describe` node holds; names and defaults are public API (see stream-sea-server.config). */
export interface DescribeConfig {
  name: string;
  server: string;
  /** Blank: `msg.topic`. */
  stream: string;
}

export const DESCRIBE_DEFAULTS: DescribeConfig = { name: '', server: '', stream: '' };
