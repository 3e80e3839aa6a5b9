/** What a saved `stream-sea-out` node holds; names and defaults are public API (see stream-sea-server.config). */
export interface OutConfig {
  name: string;
  server: string;
  /** Blank: `msg.topic`. */
  stream: string;
  validate: 'off' | 'types' | 'strict';
  /** Whether messages that wait for the same stream may leave together in one request. */
  batch: boolean;
}

export const VALIDATE = ['off', 'types', 'strict'] as const;

export const OUT_DEFAULTS: OutConfig = {
  name: '',
  server: '',
  stream: '',
  validate: 'off',
  batch: true,
};
