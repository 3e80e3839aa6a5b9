import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { SettingError } from '../../../src/errors';
import { Cors, type CorsOption } from '../../../src/server/http/cors';
import type { EmbeddedServer } from '../../../src/server/server';
import { basic } from '../../support/network/wire';
import { startServer } from '../../support/sea/sea';

const PAGE = 'https://plant.example:8443';
const PUBLISH = '/api/v1/streams/s/publish';

async function ask(
  server: EmbeddedServer,
  method: string,
  headers: Record<string, string> = {},
  path = PUBLISH,
) {
  const request = httpRequest(server.url, { method, path, agent: false, headers }).end();
  const [response] = await once(request, 'response');
  await once(response.resume(), 'end');
  const { status = response.statusCode, ...rest } = response.headers;
  return { status, headers: rest };
}

const preflight = (origin: string) => ({
  origin,
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-encoding,content-type',
});

describe('CORS', () => {
  it('is off unless it is told: a browser gets 405, and no leave', async () => {
    const server = await startServer();
    const { status, headers } = await ask(server, 'OPTIONS', preflight(PAGE));
    assert.equal(status, 405);
    assert.equal(headers['access-control-allow-origin'], undefined);
  });

  for (const [cors, allowed] of [
    ['*', '*'],
    [['https://other.example', `${PAGE}/`], PAGE],
  ] as [CorsOption, string][]) {
    it(`as ${JSON.stringify(cors)} lets a page of it ask beforehand, and read what it gets`, async () => {
      const server = await startServer({ cors });
      const before = await ask(server, 'OPTIONS', preflight(PAGE));
      assert.equal(before.status, 204);
      assert.equal(before.headers['access-control-allow-origin'], allowed);
      assert.equal(before.headers['access-control-allow-methods'], 'POST');
      assert.match(String(before.headers['access-control-allow-headers']), /Authorization.*Content-Encoding/);
      assert.equal(before.headers['access-control-max-age'], '86400');
      assert.equal(before.headers.vary, cors === '*' ? undefined : 'Origin');

      for (const [headers, status] of [
        [{ origin: PAGE, authorization: basic(server.credentials) }, 400],
        [{ origin: PAGE }, 401],
      ] as const) {
        const after = await ask(server, 'POST', headers);
        assert.equal(after.status, status);
        assert.equal(after.headers['access-control-allow-origin'], allowed);
      }
    });
  }

  it('of some pages leaves the others out', async () => {
    const server = await startServer({ cors: [PAGE] });
    for (const origin of ['https://evil.example', 'https://plant.example', 'null']) {
      const { headers } = await ask(server, 'OPTIONS', preflight(origin));
      assert.equal(headers['access-control-allow-origin'], undefined);
      assert.equal(headers['access-control-allow-methods'], undefined);
      assert.equal(headers.vary, 'Origin');
    }
  });

  it('says the methods of each path, and nothing of one where there are none', async () => {
    const server = await startServer({ cors: '*' });
    const client = await ask(server, 'OPTIONS', preflight(PAGE), '/api/v1/client/x?q=1');
    assert.deepEqual(client.headers['access-control-allow-methods']?.toString().split(', ').sort(), [
      'DELETE',
      'PUT',
    ]);
    assert.equal((await ask(server, 'OPTIONS', preflight(PAGE), '/nowhere')).status, 404);
  });

  it('takes no origin that is none', () => {
    for (const origin of ['plant.example', 'null', '*', `${PAGE}/path`, 'file:///x', '']) {
      assert.throws(() => new Cors([origin]), SettingError, origin);
    }
    new Cors(['http://localhost:1880', 'https://Plant.example']);
  });
});
