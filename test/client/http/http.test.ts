import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { HttpApi } from '../../../src/client/http/http';
import type { Transport } from '../../../src/client/http/transport';
import {
  ClosedError,
  CredentialsError,
  NetworkError,
  ProtocolError,
  ReplyError,
  SettingError,
  TimeoutError,
} from '../../../src/errors';
import { MAX_BODY_BYTES } from '../../../src/protocol/constants';
import { operations } from '../../../src/protocol/http/operations';
import { FakeClock } from '../../support/clock';
import { type Answer, type RawServer, startRawServer } from '../../support/network/raw-server';
import { until } from '../../support/until';
import { openHttp } from './http-bench';

const DEFINITION = { name: 's', version: 1, fields: [{ name: 'n', type: 'integer' }] };

describe('client/http', () => {
  let server: RawServer;
  let clock: FakeClock;
  let transport: Transport;
  let http: HttpApi;
  let authorize: () => string;

  beforeEach(async () => {
    server = await startRawServer();
    clock = new FakeClock();
    authorize = () => 'Basic Z2F1Z2U6cw==';
    connect(server.url);
  });

  afterEach(() => {
    http.close();
    transport.close();
    assert.equal(clock.pending, 0, 'a timer is left');
  });

  function connect(url: string): void {
    ({ transport, http } = openHttp(url, clock, () => authorize()));
  }

  const publish = (stream = 's', ...texts: string[]): Promise<void> =>
    http.publish(stream, texts.length === 0 ? ['1'] : texts);
  const describeStream = (): Promise<unknown> => http.request(operations.describe, 's');

  describe('requests', () => {
    it('publish one message, or a batch, with Basic credentials and JSON (P2, P4)', async () => {
      await publish('s', '{"n":1}');
      await publish('s', '1', '2');
      const [one, batch] = server.requests;
      assert.equal(one?.method, 'POST');
      assert.equal(one.path, '/api/v1/streams/s/publish');
      assert.equal(one.headers.authorization, 'Basic Z2F1Z2U6cw==');
      assert.equal(one.headers['content-type'], 'application/json');
      assert.deepEqual(JSON.parse(one.body), { payload: { n: 1 } });
      assert.deepEqual(JSON.parse(batch?.body ?? ''), { payload: [1, 2] });
    });

    it('encode the name of a stream as one segment (P3)', async () => {
      await publish('boiler data/1%ä');
      assert.equal(server.requests[0]?.path, '/api/v1/streams/boiler%20data%2F1%25%C3%A4/publish');
    });

    it('go below the prefix of the address', async () => {
      connect(`${server.url}/plant/`);
      await publish();
      assert.equal(server.requests[0]?.path, '/plant/api/v1/streams/s/publish');
    });

    it('have a body only where there is one', async () => {
      server.answer = () => ({ body: DEFINITION });
      assert.deepEqual(await describeStream(), DEFINITION);
      const request = server.requests[0];
      assert.equal(request?.method, 'GET');
      assert.equal(request.body, '');
      assert.equal(request.headers['content-type'], undefined);
    });

    it('use the same socket again', async () => {
      for (let time = 0; time < 5; time += 1) await publish();
      assert.equal(server.sockets, 1);
    });

    it('are sixteen at once at the most, and leave in order', async () => {
      const answers: ((answer: Answer) => void)[] = [];
      server.answer = () => new Promise((resolve) => answers.push(resolve));
      const all = Array.from({ length: 40 }, (_, n) => publish(`s${n}`));
      await until(() => answers.length === 16);
      assert.equal(server.sockets, 16);
      for (let answered = 0; answered < 40; answered += 1) {
        await until(() => answers.length > answered);
        answers[answered]?.({});
      }
      await Promise.all(all);
      const later = server.requests.slice(16).map(({ path }) => path);
      assert.deepEqual(new Set(later).size, 24);
      assert.equal(server.sockets, 16);
    });

    it('are not sent when the credentials are of no use', async () => {
      authorize = () => {
        throw new SettingError('needs the secret');
      };
      await assert.rejects(publish(), SettingError);
      assert.equal(server.requests.length, 0);
    });
  });

  describe('replies', () => {
    it('to a publish are ignored, whatever they are (P4)', async () => {
      for (const body of ['', 'OK', '[', '[]', { done: true }]) {
        server.answer = () => ({ body });
        await publish();
      }
    });

    it('may be compressed', async () => {
      const headers = { 'content-encoding': 'gzip' };
      server.answer = () => ({ headers, body: gzipSync(JSON.stringify(DEFINITION)) });
      assert.deepEqual(await describeStream(), DEFINITION);
    });

    const gzip = { 'content-encoding': 'gzip' };
    const broken: Record<string, [Answer, RegExp]> = {
      'that are not JSON': [{ body: 'OK' }, /not JSON/],
      'that are a web page': [{ body: '<html>' }, /is a web page/],
      'that are empty': [{}, /answer to describe cannot be understood/],
      'that are something else': [{ body: { name: 's' } }, /answer to describe cannot be understood/],
      'whose compression is broken': [{ headers: gzip, body: 'no gzip' }, /gzip .* is broken/],
      'in an encoding nobody asked for': [
        { headers: { 'content-encoding': 'br' }, body: 'x' },
        /encoding that was not asked for/,
      ],
      'that are larger than any should be': [
        { body: 'x'.repeat(MAX_BODY_BYTES + 1) },
        /more than 16777216 bytes/,
      ],
      'that grow too large when decompressed': [
        { headers: gzip, body: gzipSync(Buffer.alloc(MAX_BODY_BYTES + 1)) },
        /more than 16777216 bytes/,
      ],
    };
    for (const [what, [answer, sentence]] of Object.entries(broken)) {
      it(`${what} are protocol errors`, async () => {
        server.answer = () => answer;
        await assert.rejects(describeStream(), (error) => {
          return error instanceof ProtocolError && sentence.test(error.message);
        });
      });
    }
  });

  describe('refusals (P8)', () => {
    it('say who refused what and why, with each line of errors', async () => {
      server.answer = () => ({ status: 400, body: { message: 'Invalid', errors: ['n: no integer'] } });
      await assert.rejects(publish('boiler'), (error) => {
        assert.ok(error instanceof ReplyError);
        assert.deepEqual([error.status, error.errors, error.retryable], [400, ['n: no integer'], false]);
        assert.match(
          error.message,
          /^n: no integer; Invalid \(publishing to "boiler" refused, status 400\)$/,
        );
        return true;
      });
    });

    it('with 401 are about the credentials', async () => {
      server.answer = () => ({ status: 401, body: '<html>' });
      await assert.rejects(publish(), CredentialsError);
    });

    it('may say when to come back (P9)', async () => {
      server.answer = () => ({ status: 429, headers: { 'retry-after': '7' } });
      await assert.rejects(publish(), (error) => error instanceof ReplyError && error.retryAfter === 7_000);
      const date = 'Sun, 22 Nov 2026 10:00:02 GMT';
      server.answer = () => ({ status: 503, headers: { date, 'retry-after': date.replace(':02 ', ':07 ') } });
      await assert.rejects(publish(), (error) => error instanceof ReplyError && error.retryAfter === 5_000);
    });

    it('include every other status, also those below 300', async () => {
      server.answer = () => ({ status: 204 });
      await assert.rejects(publish(), ReplyError);
    });

    it('include redirects: credentials never follow one', async () => {
      const elsewhere = await startRawServer();
      server.answer = () => ({ status: 307, headers: { location: `${elsewhere.url}/` } });
      await assert.rejects(publish(), /redirects elsewhere/);
      assert.equal(elsewhere.requests.length, 0);
    });
  });

  describe('secrets that come back (P36)', () => {
    const token = Buffer.from('gauge:gauge-secret').toString('base64');
    const quotes: Readonly<Record<string, string>> = {
      'the secret': 'gauge-secret',
      'the header': `Basic ${token}`,
      'the header, as an address has it': encodeURIComponent(`Basic ${token}`),
      'the base64 of the header': Buffer.from(`Basic ${token}`).toString('base64'),
    };
    for (const [what, quote] of Object.entries(quotes)) {
      it(`are not told: ${what}`, async () => {
        const page = `<html>${quote}</html>`;
        const headers = { 'www-authenticate': `Basic realm="${quote}"`, location: `/${quote}` };
        const answers: Answer[] = [
          { status: 401, headers, body: { message: `no ${quote}` } },
          { status: 400, headers, body: { message: 'Invalid', errors: [`bad ${quote}`, quote] } },
          { status: 502, headers, body: page },
          { status: 307, headers, body: quote },
          { status: 200, headers: { ...headers, 'content-type': 'text/html' }, body: page },
          { headers, body: quote },
          { headers, body: `{"name": ${quote}` },
          { headers, body: { name: quote, version: quote, fields: [{ name: quote, type: quote }] } },
          { headers, body: { name: 's', version: 1, fields: quote } },
          // Cut off within it, as texts quoted in errors are.
          { headers, body: { name: 's', version: 1, fields: `${'x'.repeat(35)}${quote}` } },
          { headers, body: `{"name":x${quote}` },
          { headers: { ...headers, 'content-encoding': quote }, body: quote },
        ];
        for (const answer of answers) {
          server.answer = () => answer;
          await assert.rejects(describeStream(), (error) => {
            assert.ok(error instanceof Error);
            const seen = [error.message, error.stack, inspect(error, { depth: 9, showHidden: true })].join(
              '\n',
            );
            assert.ok(
              !seen.includes(quote) && !seen.includes('gauge-se') && !seen.includes(token.slice(0, 9)),
              seen,
            );
            return true;
          });
        }
      });
    }
  });

  describe('a network that fails', () => {
    it('says that nobody answers', async () => {
      await server.close();
      await assert.rejects(publish(), (error) => {
        return error instanceof NetworkError && error.message.startsWith('Nobody answers at 127.0.0.1:');
      });
    });

    it('says that the server broke off, before its answer or in the middle of it', async () => {
      for (const answer of ['reset', 'half'] as const) {
        server.answer = () => answer;
        await assert.rejects(
          describeStream(),
          (error) => error instanceof NetworkError && /broke off/.test(error.message),
        );
      }
    });

    it('has a deadline for the whole exchange', async () => {
      server.answer = () => 'hang';
      const published = publish();
      await until(() => server.requests.length === 1);
      await Promise.all([clock.advance(15_000), assert.rejects(published, TimeoutError)]);
      await until(() => server.sockets === 0, 'the end of the socket');
    });

    it('asks once more when the idle socket was dead already', async () => {
      server.answer = () => ({ body: DEFINITION });
      await describeStream();
      for (const ask of [describeStream, publish]) {
        let resets = 1;
        server.answer = () => (resets-- > 0 ? 'reset' : { body: DEFINITION });
        await ask();
      }
      assert.equal(server.requests.length, 5);
    });

    it('asks no second time when it was no old socket that broke', async () => {
      server.answer = () => 'reset';
      await assert.rejects(describeStream(), NetworkError);
      assert.equal(server.requests.length, 1);
    });

    it('asks no third time', async () => {
      server.answer = () => ({ body: DEFINITION });
      await describeStream();
      server.answer = () => 'reset';
      await assert.rejects(describeStream(), NetworkError);
      assert.equal(server.requests.length, 3);
    });
  });

  it('ends everything that is out or waiting when closed', async () => {
    server.answer = () => 'hang';
    const all = Array.from({ length: 20 }, (_, n) => publish(`s${n}`));
    await until(() => server.requests.length === 16);
    http.close();
    for (const published of all) await assert.rejects(published, ClosedError);
    transport.close();
    await until(() => server.sockets === 0, 'the end of the sockets');
    await assert.rejects(publish(), ClosedError);
    assert.equal(server.requests.length, 16);
  });
});
