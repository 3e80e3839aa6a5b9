/** Asks a running server how it is, for a container's health check: images have no curl. */

import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Settings } from './settings/settings';

const TIMEOUT = 3_000;

/** Resolves to what is wrong; undefined when all is well. */
export async function faultOf({ host, port, tls }: Settings): Promise<string | undefined> {
  const request = tls === undefined ? requestHttp : requestHttps;
  return new Promise((resolve) => {
    const asked = request(
      {
        host: localHost(host),
        port,
        path: '/health',
        timeout: TIMEOUT,
        // Whether a new connection is taken, too.
        agent: false,
        // It is ourselves that we ask, and the certificate is for the name that others know us by.
        rejectUnauthorized: false,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200 ? undefined : `/health says ${response.statusCode}`);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${TIMEOUT / 1000} s`)));
    asked.on('error', (error) => resolve(error.message));
    asked.end();
  });
}

/** An address that stands for all of them is no address to ask. */
function localHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}
