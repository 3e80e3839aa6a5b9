import assert from 'node:assert/strict';
import { CredentialsError, ReplyError } from '../../../src/errors';
import { parseRetryAfter, replyError } from '../../../src/protocol/http/reply-error';

const now = Date.parse('2026-11-22T10:00:00Z');
const tell = (text: string): string => text;

describe('replyError', () => {
  const context = { operation: 'publish', subject: 'boiler', now, fitToTell: tell };

  it('tells what the server said, with its lines and the status (P8)', () => {
    const error = replyError(400, '{"message":"Invalid payload","errors":["temperature is hot"]}', context);
    assert.ok(error instanceof ReplyError);
    assert.equal(
      error.message,
      'temperature is hot; Invalid payload (publishing to "boiler" refused, status 400)',
    );
    assert.deepEqual(error.errors, ['temperature is hot']);
    assert.equal(error.retryable, false);
    assert.deepEqual(error.cause, { status: 400, errors: ['temperature is hot'] });
  });

  it('is clear without a body, and with a proxy’s HTML page', () => {
    for (const body of ['', '<html>Bad Gateway</html>', '[]', '{"message":1}']) {
      const error = replyError(502, body, context);
      assert.equal(error.message, 'The server failed (publishing to "boiler" refused, status 502)');
      assert.equal(error.retryable, true);
    }
    assert.match(replyError(302, '', context).message, /redirects elsewhere/);
  });

  it('begins with what is wrong, and ends no part of it by a stop', () => {
    const body = { message: 'The payload does not follow the schema [boiler].', errors: ['a is missing.'] };
    assert.equal(
      replyError(400, JSON.stringify(body), context).message,
      'a is missing; The payload does not follow the schema [boiler] (publishing to "boiler" refused, status 400)',
    );
    assert.match(replyError(400, '{"message":"Gone."}', context).message, /^Gone \(publishing/);
  });

  it('is about credentials for 401, and final', () => {
    const error = replyError(401, '', context);
    assert.ok(error instanceof CredentialsError);
    assert.equal(error.retryable, false);
  });

  it('says which statuses may be tried again (P9)', () => {
    const retryable = [400, 401, 403, 404, 408, 413, 425, 429, 500, 503].filter(
      (status) => replyError(status, '', context).retryable,
    );
    assert.deepEqual(retryable, [408, 425, 429, 500, 503]);
  });

  it('reads Retry-After in seconds and as a date', () => {
    assert.equal(parseRetryAfter('3', now), 3000);
    assert.equal(parseRetryAfter('Sun, 22 Nov 2026 10:00:07 GMT', now), 7000);
    assert.equal(parseRetryAfter('Sun, 22 Nov 2026 09:00:00 GMT', now), 0);
    assert.equal(parseRetryAfter('Sun Nov 22 10:00:07 2026', now), 7000);
    assert.equal(parseRetryAfter('Sunday, 22-Nov-26 10:00:07 GMT', now), 7000);
    for (const odd of ['soon', '1.5', '-5', '', 'may 5', 'Sunny'])
      assert.equal(parseRetryAfter(odd, now), undefined);
    const error = replyError(429, '', { ...context, retryAfter: '2' });
    assert.ok(error instanceof ReplyError);
    assert.equal(error.retryAfter, 2000);
  });

  it('holds a date of Retry-After against that of the answer, as our own clock may be wrong', () => {
    const retryAfter = 'Sun, 22 Nov 2026 10:00:07 GMT';
    const waits = (date?: string) => {
      const error = replyError(503, '', { ...context, now: 0, retryAfter, date });
      assert.ok(error instanceof ReplyError);
      return error.retryAfter;
    };
    assert.equal(waits('Sun, 22 Nov 2026 10:00:02 GMT'), 5000);
    assert.equal(waits(), now + 7000);
    assert.deepEqual(['today', '1.5', 'Thu, 01 Jan 1970 00:00:00 GMT'].map(waits), Array(3).fill(now + 7000));
  });

  it('tells lines that come without a message, and of a list what is text', () => {
    assert.match(replyError(400, '{"errors":["hot"]}', context).message, /^hot \(publishing/);
    assert.match(replyError(400, '{"message":5,"errors":["hot",{}]}', context).message, /^hot \(publishing/);
    assert.match(
      replyError(400, '{"message":"no","errors":[{},"hot"]}', context).message,
      /^hot; no \(publishing/,
    );
    assert.match(replyError(400, '\ufeff{"message":"no"}', context).message, /^no \(publishing/);
    assert.match(replyError(400, '{"message":"","errors":[]}', context).message, /^The server holds/);
  });

  it('has a sentence for each operation of a flow, and one for the others', () => {
    const textOf = (operation: string, subject?: string) =>
      replyError(404, '', { operation, subject, now, fitToTell: tell }).message;
    const said = (what: string) => `The server cannot find what was asked for (${what}, status 404)`;
    assert.equal(textOf('define', 'boiler'), said('definition of "boiler" refused'));
    assert.equal(textOf('describe', 'boiler'), said('reading the definition of "boiler" refused'));
    assert.equal(textOf('schema versions'), said('reading versions of schemas refused'));
    for (const [operation, subject, text] of [
      ['create client', undefined, 'creating the client refused'],
      ['delete client', 'a', 'deleting the client "a" refused'],
      ['rotate secret', 'a', 'a new secret for "a" refused'],
      ['reset secret', 'a', 'a new secret for "a" refused'],
      ['set JWT public key', 'a', 'public key of "a" refused'],
      ['reset JWT public key', 'a', 'public key of "a" refused'],
      ['create jail', undefined, 'creating the jail refused'],
      ['delete jail', 'j', 'deleting the jail "j" refused'],
      ['list clients', undefined, 'listing clients and jails refused'],
      ['list jails', undefined, 'listing clients and jails refused'],
      ['fly', undefined, 'refused: fly'],
      ['fly', 'a', 'refused: fly "a"'],
    ] as const) {
      assert.equal(textOf(operation, subject), said(text));
    }
  });

  it('tells of the words of the server what may be told, and of their lines a hundred (P36)', () => {
    const body = JSON.stringify({
      message: 'secret',
      errors: Array.from({ length: 200 }, (_, n) => `secret ${n}`),
    });
    const hide = (text: string): string => text.replaceAll('secret', '***').slice(0, 1_000);
    const error = replyError(400, body, { ...context, fitToTell: hide });
    assert.ok(error instanceof ReplyError);
    assert.deepEqual([error.errors.length, error.errors[99]], [100, '*** 99']);
    assert.ok(error.message.length < 1_100);
    assert.ok(![error.message, JSON.stringify(error.cause), String(error.cause)].join().includes('secret'));
  });

  it('leaves the words of the server as they are, and says its own as data', () => {
    const [theirs, ours] = ['{"message":"no"}', ''].map((body) => replyError(400, body, context).sentence);
    assert.deepEqual(theirs, {
      key: 'reply.publish',
      values: { stream: '"boiler"', reason: 'no', status: 400 },
    });
    assert.deepEqual(ours?.values.reason, { key: 'reply.invalid', values: {} });
  });
});
