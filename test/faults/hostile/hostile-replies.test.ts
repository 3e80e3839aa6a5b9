/** HTTP replies of a hostile server: each ends in a clear error or in another try, and no secret goes anywhere. */
import assert from 'node:assert/strict';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { Client } from '../../../src/client/client';
import type { ErrorCode } from '../../../src/errors';
import { ReplyError, StreamSeaError } from '../../../src/errors';
import {
  flood,
  type HostileServer,
  type Script,
  startHostileServer,
} from '../../support/network/hostile-server';

const SECRET = 'not-for-your-eyes';
const MEBIBYTE = 1_048_576;
const DEFINITION = { name: 's', version: 1, fields: [] };

interface Reply {
  readonly reply: string | Buffer | Script;
  /** What becomes of a message that is published, and of a definition; nothing: the server has them. */
  readonly publish?: ErrorCode;
  /** What becomes of a question for a schema, or for versions. */
  readonly describe: ErrorCode;
}

const ok = (body: string | Buffer, headers = ''): Buffer =>
  Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n`),
    Buffer.from(body as string),
  ]);

/** All of an answer but its status. */
function sized(body: string | Buffer, headers = ''): Buffer {
  const head = `Content-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body as string)]);
}

const WHY = '{"message":"because"}';

/** More than any answer may be. */
const BOMB = gzipSync(Buffer.alloc(20 * MEBIBYTE));

const REPLIES: Readonly<Record<string, Reply>> = {
  'an end without a word': {
    reply: (socket) => void socket.end(),
    publish: 'SEA_NETWORK',
    describe: 'SEA_NETWORK',
  },
  'a reset': {
    reply: (socket) => void socket.resetAndDestroy(),
    publish: 'SEA_NETWORK',
    describe: 'SEA_NETWORK',
  },
  'nothing at all': { reply: () => {}, publish: 'SEA_TIMEOUT', describe: 'SEA_TIMEOUT' },
  garbage: { reply: Buffer.alloc(4096, 0xa5), publish: 'SEA_NETWORK', describe: 'SEA_NETWORK' },
  'another protocol': { reply: 'SSH-2.0-OpenSSH_9.6\r\n', publish: 'SEA_NETWORK', describe: 'SEA_NETWORK' },
  'half a status line': {
    reply: (socket) => void socket.end('HTTP/1.1 20'),
    publish: 'SEA_NETWORK',
    describe: 'SEA_NETWORK',
  },
  'a status that is none': {
    reply: 'HTTP/1.1 999999 OK\r\n\r\n',
    publish: 'SEA_NETWORK',
    describe: 'SEA_NETWORK',
  },
  'headers without end': {
    reply: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      flood(socket, `X-Padding: ${'x'.repeat(1000)}\r\n`);
    },
    publish: 'SEA_NETWORK',
    describe: 'SEA_NETWORK',
  },
  'two lengths that differ': {
    reply: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
    publish: 'SEA_NETWORK',
    describe: 'SEA_NETWORK',
  },
  'a length and chunks': {
    reply: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    publish: 'SEA_NETWORK',
    describe: 'SEA_NETWORK',
  },
  'a length that is longer than the body': {
    reply: (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}'),
    describe: 'SEA_NETWORK',
  },
  'a length that is longer, and silence': {
    reply: 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}',
    describe: 'SEA_TIMEOUT',
  },
  'a length that is shorter than the body': {
    reply: 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{}',
    describe: 'SEA_NETWORK',
  },
  'a chunk whose size is no number': {
    reply: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
    describe: 'SEA_NETWORK',
  },
  'chunks without end': {
    reply: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      flood(socket, `ffff\r\n${'x'.repeat(0xffff)}\r\n`);
    },
    describe: 'SEA_PROTOCOL',
  },
  'an error whose text has no end': {
    reply: (socket) => {
      socket.write('HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n');
      flood(socket, `ffff\r\n${'x'.repeat(0xffff)}\r\n`);
    },
    publish: 'SEA_REPLY',
    describe: 'SEA_REPLY',
  },
  'chunks that never come': {
    reply: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    describe: 'SEA_TIMEOUT',
  },
  '1xx without end': {
    reply: (socket) => flood(socket, 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)),
    publish: 'SEA_TIMEOUT',
    describe: 'SEA_TIMEOUT',
  },
  'a change of protocol that nobody asked for': {
    reply: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    publish: 'SEA_PROTOCOL',
    describe: 'SEA_PROTOCOL',
  },
  'status 204': { reply: 'HTTP/1.1 204 No Content\r\n\r\n', publish: 'SEA_REPLY', describe: 'SEA_REPLY' },
  'status 201': {
    reply: 'HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}',
    publish: 'SEA_REPLY',
    describe: 'SEA_REPLY',
  },
  'a page of HTML': {
    reply: ok('<html>Welcome</html>', 'Content-Type: text/html\r\n'),
    publish: 'SEA_PROTOCOL',
    describe: 'SEA_PROTOCOL',
  },
  'a page of XHTML': {
    reply: ok('<?xml version="1.0"?><html/>', 'Content-Type: application/xhtml+xml; charset=utf-8\r\n'),
    publish: 'SEA_PROTOCOL',
    describe: 'SEA_PROTOCOL',
  },
  'a page that does not say it is one': {
    reply: ok('\uFEFF\r\n <!DOCTYPE html><title>Log in</title>'),
    publish: 'SEA_PROTOCOL',
    describe: 'SEA_PROTOCOL',
  },
  'a page that says it is text': {
    reply: ok('<HTML><HEAD>', 'Content-Type: text/plain\r\n'),
    publish: 'SEA_PROTOCOL',
    describe: 'SEA_PROTOCOL',
  },
  'a page that comes letter by letter': {
    reply: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      for (const letter of '\n <html>') socket.write(`1\r\n${letter}\r\n`);
    },
    publish: 'SEA_PROTOCOL',
    describe: 'SEA_TIMEOUT',
  },
  'a page that never comes': {
    reply: 'HTTP/1.1 200 OK\r\nContent-Type: Text/HTML\r\nContent-Length: 99\r\n\r\n',
    publish: 'SEA_PROTOCOL',
    describe: 'SEA_PROTOCOL',
  },
  'a page that is broken off, and its gzip broken': {
    reply: (socket) =>
      void socket.end(
        'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\nx',
      ),
    publish: 'SEA_PROTOCOL',
    describe: 'SEA_PROTOCOL',
  },
  'an error as HTML': {
    reply: 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 16\r\n\r\n<html>No</html>\n',
    publish: 'SEA_REPLY',
    describe: 'SEA_REPLY',
  },
  'an error that is no text': {
    reply: Buffer.concat([
      Buffer.from('HTTP/1.1 400 Bad\r\nContent-Length: 4\r\n\r\n'),
      Buffer.alloc(4, 0xff),
    ]),
    publish: 'SEA_REPLY',
    describe: 'SEA_REPLY',
  },
  'an error whose message is none': {
    reply: 'HTTP/1.1 400 Bad\r\nContent-Length: 40\r\n\r\n{"message":{"toString":1},"errors":[{}]}',
    publish: 'SEA_REPLY',
    describe: 'SEA_REPLY',
  },
  'credentials refused': {
    reply: 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n',
    publish: 'SEA_CREDENTIALS',
    describe: 'SEA_CREDENTIALS',
  },
  'a Retry-After of ages': {
    reply: 'HTTP/1.1 503 No\r\nRetry-After: 99999999999999999999\r\nContent-Length: 0\r\n\r\n',
    publish: 'SEA_REPLY',
    describe: 'SEA_REPLY',
  },
  'an empty body': { reply: ok(''), describe: 'SEA_PROTOCOL' },
  'a body that is null': { reply: ok('null'), describe: 'SEA_PROTOCOL' },
  'a body that is a list': { reply: ok('[]'), describe: 'SEA_PROTOCOL' },
  'a body that is half of JSON': { reply: ok('{"name":"s","ver'), describe: 'SEA_PROTOCOL' },
  'a body that is no UTF-8': { reply: ok(Buffer.alloc(8, 0xff)), describe: 'SEA_PROTOCOL' },
  'a body nested a hundred thousand deep': { reply: ok('['.repeat(1e5)), describe: 'SEA_PROTOCOL' },
  'fields nested a hundred thousand deep': {
    reply: ok(`{"name":"s","version":1,"fields":${'[{"name":"f","type":"object","fields":'.repeat(1e5)}`),
    describe: 'SEA_PROTOCOL',
  },
  'a definition of another stream, with fields that are none': {
    reply: ok('{"name":7,"version":{},"fields":"__proto__"}'),
    describe: 'SEA_PROTOCOL',
  },
  // What comes with a 200 to a publish is not even decompressed (P4, P8): tried again, the message would come twice.
  'a gzip bomb': {
    reply: ok(BOMB, 'Content-Encoding: gzip\r\n'),
    describe: 'SEA_PROTOCOL',
  },
  'gzip that is none': {
    reply: ok('plain', 'Content-Encoding: gzip\r\n'),
    describe: 'SEA_PROTOCOL',
  },
  'gzip that ends too soon': {
    reply: ok(gzipSync('{"a":1}').subarray(0, 15), 'Content-Encoding: gzip\r\n'),
    describe: 'SEA_PROTOCOL',
  },
  'an encoding that was not asked for': {
    reply: ok('{}', 'Content-Encoding: br\r\n'),
    describe: 'SEA_PROTOCOL',
  },
  'an encoding of every object': {
    reply: ok('{}', 'Content-Encoding: constructor\r\n'),
    describe: 'SEA_PROTOCOL',
  },
};

/** What comes after the head of an answer, whose status counts nevertheless (P8). */
const BODIES: Readonly<Record<string, string | Buffer | Script>> = {
  'nothing at all': sized(''),
  'a page': sized('<html>No</html>', 'Content-Type: text/html\r\n'),
  'no text': sized(Buffer.alloc(8, 0xff)),
  'JSON nested a hundred thousand deep': sized('['.repeat(1e5)),
  'gzip that is none': sized('plain', 'Content-Encoding: gzip\r\n'),
  'gzip that ends too soon': sized(gzipSync(WHY).subarray(0, 15), 'Content-Encoding: gzip\r\n'),
  'a gzip bomb': sized(BOMB, 'Content-Encoding: gzip\r\n'),
  'an encoding that was not asked for': sized('x', 'Content-Encoding: br\r\n'),
  'an encoding of every object': sized('x', 'Content-Encoding: constructor\r\n'),
  'deflate that is none': sized('plain', 'Content-Encoding: deflate\r\n'),
  '17 MB': sized(Buffer.alloc(17 * MEBIBYTE, 0x20)),
  'an end too soon': (socket) => void socket.end('Content-Length: 99\r\n\r\n{"mess'),
  'a reset too soon': (socket) => {
    socket.write('Content-Length: 99\r\n\r\n{"mess', () => socket.resetAndDestroy());
  },
  'silence before its end': 'Content-Length: 99\r\n\r\n{"mess',
  'silence at once': 'Content-Length: 99\r\n\r\n',
  'chunks that never come': 'Transfer-Encoding: chunked\r\n\r\n',
  'chunks without end': (socket) => {
    socket.write('Transfer-Encoding: chunked\r\n\r\n');
    flood(socket, `ffff\r\n${'x'.repeat(0xffff)}\r\n`);
  },
  'a chunk whose size is no number': 'Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
  'more than it announced': 'Content-Length: 1\r\n\r\n{}',
};

/** One of each that means something else to us: bodies are read the same for all of a kind. */
const KINDS = [201, 300, 400, 401, 404, 429, 503];

const STATUSES = [
  201, 206, 300, 400, 401, 402, 403, 404, 405, 408, 410, 413, 418, 425, 429, 500, 502, 503, 599,
];

const RETRYABLE: readonly ErrorCode[] = ['SEA_NETWORK', 'SEA_TIMEOUT', 'SEA_PROTOCOL'];

describe('a hostile HTTP server', () => {
  let server: HostileServer;
  const clients: Client[] = [];

  beforeEach(async () => {
    server = await startHostileServer();
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });

  /** Patient, unless that is what the answer tries. */
  function newClient(offline: 'fail' | 'memory', told?: ErrorCode, clientId = 'c'): Client {
    const client = new Client({
      url: server.url,
      credentials: { type: 'basic', clientId, clientSecret: SECRET },
      offline,
      backoff: { first: 1, max: 5 },
      requestTimeout: told === 'SEA_TIMEOUT' ? 100 : 5_000,
    });
    clients.push(client);
    return client;
  }

  const answerWith =
    (reply: Reply['reply']): Script =>
    (socket, head) => {
      if (typeof reply === 'function') return reply(socket, head);
      socket.write(reply);
    };

  for (const [name, { reply, publish, describe: described }] of Object.entries(REPLIES)) {
    it(`that answers with ${name} is told in words`, async () => {
      server.onRequest = answerWith(reply);
      // To each its own client: what one has found out about the server, it knows for all that it is asked.
      const asked = (): Client => newClient('fail', described);
      await Promise.all([
        assert.rejects(asked().describe('s'), isTold(described)),
        assert.rejects(asked().versions(['s']), isTold(described)),
      ]);
      for (const written of [asked().publish('s', 1), asked().define(DEFINITION)]) {
        if (publish === undefined) await written;
        else await assert.rejects(written, isTold(publish));
      }
    });

    if (publish === undefined) {
      it(`that answers with ${name} gets a message once (G14)`, async () => {
        server.onRequest = answerWith(reply);
        const client = newClient('memory', described);
        await client.publish('s', 1);
        await client.publish('s', 2);
        assert.equal(client.queued, 0);
        assert.equal(server.heads.length, 2);
      });
    }

    if (publish !== undefined && RETRYABLE.includes(publish)) {
      it(`that answers with ${name} costs no message once it behaves`, async () => {
        const { onRequest } = server;
        server.onRequest = (socket, head) => {
          server.onRequest = onRequest;
          return answerWith(reply)(socket, head);
        };
        const client = newClient('memory', publish);
        await Promise.all([client.publish('s', 1), client.publish('s', 2)]);
        assert.equal(client.queued, 0);
      });
    }
  }

  for (const [name, rest] of Object.entries(BODIES)) {
    it(`that answers with any status but 200 and ${name} is told with its status (P8)`, async () => {
      server.onRequest = (socket, head) => {
        socket.cork();
        socket.write(`HTTP/1.1 ${clientIdOf(head)} Whatever\r\n`);
        void answerWith(rest)(socket, head);
        socket.uncork();
      };
      const asked = (rest === BODIES['nothing at all'] ? STATUSES : KINDS).map(async (status) => {
        const client = newClient('fail', 'SEA_REPLY', String(status));
        const isRefused = (error: unknown): boolean => {
          if (status === 401) return isTold('SEA_CREDENTIALS')(error);
          return isTold('SEA_REPLY')(error) && (error as ReplyError).status === status;
        };
        await Promise.all([
          assert.rejects(client.publish('s', 1), isRefused),
          assert.rejects(client.define(DEFINITION), isRefused),
          assert.rejects(client.versions(['s']), isRefused),
          status === 404
            ? client.describe('s').then((definition) => assert.equal(definition, null))
            : assert.rejects(client.describe('s'), isRefused),
        ]);
      });
      await Promise.all(asked);
    });
  }

  for (const [name, encoded] of Object.entries({
    gzip: gzipSync(WHY),
    'x-gzip': gzipSync(WHY),
    deflate: deflateSync(WHY),
    identity: Buffer.from(WHY),
    'Deflate, as some write it,': deflateRawSync(WHY),
  })) {
    it(`that gives its reason in ${name} is quoted`, async () => {
      const headers = `Content-Encoding: ${name.replace(/,.*/, '')}\r\n`;
      server.onRequest = (socket) => {
        socket.write(Buffer.concat([Buffer.from('HTTP/1.1 400 Bad\r\n'), sized(encoded, headers)]));
      };
      await assert.rejects(
        newClient('fail').publish('s', 1),
        /^ReplyError: because \(publishing to "s" refused, status 400\)$/,
      );
    });
  }

  it('that says a lot is quoted in part', async () => {
    const message = 'x'.repeat(5_000);
    const errors = Array.from({ length: 1_000 }, () => 'y'.repeat(5_000 / 100));
    const body = JSON.stringify({ message, errors });
    server.onRequest = (socket) => {
      socket.write(Buffer.concat([Buffer.from('HTTP/1.1 400 Bad\r\n'), sized(body)]));
    };
    await assert.rejects(newClient('fail').publish('s', 1), (error) => {
      assert.ok(error instanceof ReplyError && error.message.length < 1_100 && error.errors.length === 100);
      return JSON.stringify(error.cause).length < 10_000;
    });
  });

  for (const status of [300, 301, 302, 303, 307, 308]) {
    it(`that redirects (${status}) gets no credentials to another host, nor our message`, async () => {
      const elsewhere = await startHostileServer();
      server.onRequest = (socket) => {
        const location = `Location: ${elsewhere.url}/api/v1/streams/s/publish`;
        socket.write(`HTTP/1.1 ${status} Elsewhere\r\n${location}\r\nContent-Length: 0\r\n\r\n`);
      };
      server.onUpgrade = (socket) => {
        const location = `Location: ${elsewhere.url.replace('http', 'ws')}/api/v1/streams`;
        socket.write(`HTTP/1.1 ${status} Elsewhere\r\n${location}\r\nContent-Length: 0\r\n\r\n`);
      };
      const client = newClient('fail');
      await assert.rejects(client.publish('s', 1), isTold('SEA_REPLY'));
      await assert.rejects(client.describe('s'), isTold('SEA_REPLY'));
      const lost = new Promise<StreamSeaError>((resolve) => client.on('problem', resolve));
      client.acquire();
      assert.match((await lost).message, /redirect/);
      assert.deepEqual([elsewhere.heads, elsewhere.sockets], [[], 0]);
    });
  }
});

function clientIdOf(head: string): string {
  const header = /^authorization: basic (\S+)/im.exec(head)?.[1] ?? '';
  return Buffer.from(header, 'base64').toString().split(':', 1)[0] ?? '';
}

function isTold(code: ErrorCode): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof StreamSeaError, String(error));
    assert.equal(error.code, code, error.message);
    assert.ok(error.message.length > 20 && error.message.length < 1_000, error.message);
    assert.ok(!JSON.stringify([error.message, error.cause]).includes(SECRET));
    return true;
  };
}
