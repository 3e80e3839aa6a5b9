import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { AbortedBody, Bodies } from '../../../src/server/http/body';
import { limitsOf } from '../../../src/server/limits';
import { Refusal } from '../../../src/server/refusal';

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

function readBody(message: IncomingMessage, maxBodyBytes: number): Promise<string> {
  return new Bodies(limitsOf({ maxBodyBytes, maxBodiesBytes: 1_000_000_000 })).open(message).text();
}

const GZIP = { 'content-encoding': 'gzip' };

describe('a body', () => {
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

describe('all bodies together', () => {
  const limits = limitsOf({ maxBodyBytes: 100, maxBodiesBytes: 150, maxContainers: 3 });

  function coming(): IncomingMessage {
    return new IncomingMessage(new Socket());
  }

  it('are bounded: the largest that is still coming gives way, and the small ones are taken', async () => {
    const bodies = new Bodies(limits);
    const [large, medium, small] = [coming(), coming(), coming()];
    const texts = [large, medium, small].map((each) => bodies.open(each).text());
    const results = Promise.allSettled(texts);
    large.push('x'.repeat(90));
    medium.push('x'.repeat(50));
    small.push('x'.repeat(20));
    await assert.rejects(texts[0] ?? Promise.resolve(), refused(503, /Try again/));
    assert.equal(bodies.bytes, 70);
    // What more of it comes is dropped.
    large.push('x'.repeat(1_000));
    for (const each of [large, medium, small]) each.push(null);
    const [, second, third] = await results;
    assert.deepEqual([second?.status, third?.status], ['fulfilled', 'fulfilled']);
    assert.equal(bodies.bytes, 70);
  });

  it('are bounded, too, where each comes whole in one piece, and those before it are not done with', async () => {
    const bodies = new Bodies(limits);
    const whole = (): Promise<string> =>
      bodies.open(request(['x'.repeat(60)], { 'content-length': '60' })).text();
    assert.equal((await whole()).length, 60);
    assert.equal((await whole()).length, 60);
    await assert.rejects(whole(), refused(503, /Try again/));
    assert.equal(bodies.bytes, 120);
  });

  it('count until they are closed, refused or not', async () => {
    const bodies = new Bodies(limits);
    const body = bodies.open(request(['x'.repeat(60)]));
    await body.text();
    assert.equal(bodies.bytes, 60);
    body.close();
    body.close();
    assert.equal(bodies.bytes, 0);
    for (const [message, headers] of [
      ['x'.repeat(101), {}],
      ['no gzip', GZIP],
      [gzipSync('x'.repeat(1_000)), GZIP],
      ['x', { 'content-encoding': 'br' }],
    ] as const) {
      await assert.rejects(bodies.open(request([message], headers)).text());
      assert.equal(bodies.bytes, 0);
    }
  });

  it('are counted as they are decoded, so that bombs are bounded together', async () => {
    const bodies = new Bodies(limitsOf({ maxBodyBytes: 10_000_000, maxBodiesBytes: 10_000_000 }));
    const bomb = gzipSync(Buffer.alloc(9_000_000, 'x'));
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => bodies.open(request([bomb], GZIP)).text()),
    );
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    const small = request([gzipSync('small')], GZIP);
    assert.equal(await bodies.open(small).text(), 'small');
  });

  it('are dealt with one in a turn when they are large', async () => {
    const bodies = new Bodies(limitsOf({ maxBodyBytes: 1_000_000, maxBodiesBytes: 10_000_000 }));
    let turns = 0;
    let running = true;
    const count = (): void => {
      turns += 1;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    const seen = await Promise.all(
      Array.from({ length: 5 }, async () => {
        await bodies.open(request(['x'.repeat(300_000)])).text();
        return turns;
      }),
    );
    running = false;
    assert.equal(new Set(seen).size, 5);
  });

  it('have so many objects and lists', async () => {
    const bodies = new Bodies(limits);
    assert.equal(await bodies.open(request(['[[{}]]'])).text(), '[[{}]]');
    await assert.rejects(
      bodies.open(request(['[[{},[]]]'])).text(),
      refused(413, /more than 3 objects and lists/),
    );
  });

  it('come a byte at a time, too', async () => {
    const message = coming();
    const text = new Bodies(limitsOf()).open(message).text();
    for (let n = 0; n < 5_000; n += 1) message.push('x');
    message.push(null);
    assert.equal(await text, 'x'.repeat(5_000));
  });

  it('do not wait for one whose sender has gone before it was asked for', async () => {
    const message = coming();
    message.destroy();
    await assert.rejects(new Bodies(limits).open(message).text(), AbortedBody);
  });
});
