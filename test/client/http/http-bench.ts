/** The client's way to an HTTP server, from the socket to the operations, on a clock of the test's own. */

import { HttpApi } from '../../../src/client/http/http';
import { Transport, type TransportOptions } from '../../../src/client/http/transport';
import { Secrets } from '../../../src/client/identity/secrets';
import type { FakeClock } from '../../support/clock';

const secrets = new Secrets({ clientId: 'gauge', clientSecret: 'gauge-secret' });

/** @param authorize gives the header with the credentials */
export function openHttp(
  url: string,
  clock: FakeClock,
  authorize: () => string,
  options: Partial<TransportOptions> = {},
): { transport: Transport; http: HttpApi } {
  const transport = new Transport({
    url: new URL(url),
    tls: {},
    proxy: undefined,
    agent: undefined,
    connectTimeout: 15_000,
    clock,
    secrets,
    ...options,
  });
  const http = new HttpApi({ transport, authorize, requestTimeout: 15_000, clock, secrets });
  return { transport, http };
}
