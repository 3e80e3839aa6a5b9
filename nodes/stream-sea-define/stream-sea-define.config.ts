/** What a saved `stream-sea-define` node holds; names and defaults are public API (see stream-sea-server.config). */
export interface DefineConfig {
  name: string;
  server: string;
  /** Blank: `msg.topic`, or the `name` in the definition. */
  stream: string;
  /** A definition as JSON text. Blank: `msg.payload`. */
  schema: string;
}

export const DEFINE_DEFAULTS: DefineConfig = { name: '', server: '', stream: '', schema: '' };
