import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { AbortedBody, readBody } from '../../src/server/body';
import { Refusal } from '../../src/server/refusal';

function request(
  chunks: readonly (Buffer | string)[],
  headers: Record<string, string> = {},
): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  Object.assign(message.headers, headers);
  for (const chunk of chunks) message.push(chunk);
  message.push(null);
  return message;
}

function refused(status: number, message: RegExp) {
  return (error: unknown) => {
    assert(error instanceof Refusal);
    assert.equal(error.status, status);
    assert.match(error.message, message);
    return true;
  };
}

const GZIP = { 'content-encoding': 'gzip' };

describe('readBody', () => {
  it('joins the pieces, and letters cut in two', async () => {
    const bytes = Buffer.from('{"a":"é鍵"}');
    const pieces = [...bytes].map((byte) => Buffer.of(byte));
    assert.equal(await readBody(request(pieces), 100), '{"a":"é鍵"}');
  });

  it('decodes gzip (P6)', async () => {
    assert.equal(await readBody(request([gzipSync('{"a":1}')], GZIP), 100), '{"a":1}');
    assert.equal(await readBody(request([gzipSync('x')], { 'content-encoding': 'X-GZIP' }), 100), 'x');
  });

  it('is empty for no body, whatever the headers say (P6)', async () => {
    assert.equal(await readBody(request([], GZIP), 100), '');
    assert.equal(await readBody(request([], { 'content-encoding': 'br' }), 100), '');
  });

  it('takes exactly the limit, and refuses one byte more with 413', async () => {
    assert.equal((await readBody(request(['x'.repeat(100)]), 100)).length, 100);
    await assert.rejects(readBody(request(['x'.repeat(50), 'x'.repeat(51)]), 100), refused(413, /100 bytes/));
  });

  it('refuses by Content-Length, before a byte has come', async () => {
    const waiting = new IncomingMessage(new Socket());
    waiting.headers['content-length'] = '101';
    await assert.rejects(readBody(waiting, 100), refused(413, /larger than 100 bytes/));
  });

  it('refuses a gzip bomb by its decoded size', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    assert(bomb.length < 100_000);
    await assert.rejects(readBody(request([bomb], GZIP), 100_000), refused(413, /larger than/));
  });

  it('refuses bytes that are not the gzip they claim to be, also when they end too soon', async () => {
    await assert.rejects(readBody(request(['{"a":1}'], GZIP), 100), refused(400, /not gzip/));
    await assert.rejects(
      readBody(request([gzipSync('abc').subarray(0, 12)], GZIP), 100),
      refused(400, /not gzip/),
    );
  });

  it('refuses other encodings with 415', async () => {
    const deflated = request([deflateSync('{}')], { 'content-encoding': 'deflate' });
    await assert.rejects(readBody(deflated, 100), refused(415, /should be gzip or absent, but is "deflate"/));
  });

  it('refuses bytes that are not UTF-8', async () => {
    await assert.rejects(readBody(request([Buffer.of(0x22, 0xff, 0x22)]), 100), refused(400, /not UTF-8/));
  });

  it('tells apart a sender that went away', async () => {
    const message = new IncomingMessage(new Socket());
    const reading = readBody(message, 100);
    message.push('{');
    message.destroy(new Error('aborted'));
    await assert.rejects(reading, AbortedBody);
  });
});
