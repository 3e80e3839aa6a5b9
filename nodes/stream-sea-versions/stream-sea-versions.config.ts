/** What a saved `stream-sea-versions` node holds; names and defaults are public API (see stream-sea-server.config). */
export interface VersionsConfig {
  name: string;
  server: string;
  /** Stream names. Empty: `msg.payload`, a string or a list. */
  streams: string[];
}

export const VERSIONS_DEFAULTS: VersionsConfig = { name: '', server: '', streams: [] };
