/** What happens at the server, as lines of the log: in bounds, as strangers can bring it about. */

import type { ServerEvent } from '../src/server/event';
import type { Logger } from './logger';

/** Lines that logins which fail may have in each span of time. */
const MOST = 20;
/** Milliseconds. */
const SPAN = 60_000;
/** Of what a stranger gave as its name. */
const MAX_NAME = 100;

const MESSAGES: Readonly<Record<ServerEvent['kind'], string>> = {
  'client connected': 'A client has connected',
  'client disconnected': 'A client has disconnected',
  'login failed': 'A login has failed',
};

/** @param now milliseconds, of a clock that is never set */
export function eventLog(log: Logger, now = () => performance.now()): (event: ServerEvent) => void {
  let since = Number.NEGATIVE_INFINITY;
  let count = 0;
  return ({ kind, ...fields }) => {
    const message = MESSAGES[kind];
    if (kind !== 'login failed') {
      log.debug(message, fields);
      return;
    }
    if (now() - since >= SPAN) {
      if (count > MOST) log.warn('More logins have failed', { count: count - MOST });
      since = now();
      count = 0;
    }
    count += 1;
    if (count <= MOST) log.warn(message, { ...fields, clientId: fields.clientId.slice(0, MAX_NAME) });
  };
}
