/** What a saved `stream-sea-admin` node holds; names and defaults are public API (see stream-sea-server.config). */
import type { AdminAction } from '../shared/wire/clients-api';

export interface AdminConfig {
  name: string;
  server: string;
  /** Blank: `msg.action`. */
  action: '' | AdminAction;
  /** The id of a client or jail; blank: `msg.topic`. */
  subject: string;
}

export const ADMIN_DEFAULTS: AdminConfig = { name: '', server: '', action: '', subject: '' };
