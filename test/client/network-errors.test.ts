import assert from 'node:assert/strict';
import { codeOf, networkError } from '../../src/client/network-errors';
import { NetworkError, TimeoutError } from '../../src/errors';

function failure(code: string, message = ''): Error {
  return Object.assign(new Error(message), { code });
}

describe('client/network-errors', () => {
  const sentences: Record<string, string> = {
    ECONNREFUSED: 'Nobody answers at boiler-house:8080 (connection refused)',
    ENOTFOUND: 'There is no host of the name in boiler-house:8080',
    ECONNRESET: 'boiler-house:8080 broke off the connection',
    ETIMEDOUT: 'boiler-house:8080 does not answer (timed out)',
    EHOSTUNREACH: 'boiler-house:8080 cannot be reached from here (no route)',
    CERT_HAS_EXPIRED: 'The certificate of boiler-house:8080 has expired',
    DEPTH_ZERO_SELF_SIGNED_CERT:
      'The certificate of boiler-house:8080 is self-signed: give it as a CA in the TLS settings',
  };

  for (const [code, sentence] of Object.entries(sentences)) {
    it(`says what ${code} means, and keeps the cause`, () => {
      const cause = failure(code);
      const error = networkError(cause, 'boiler-house:8080');
      assert.ok(error instanceof NetworkError);
      assert.equal(error.message, sentence);
      assert.equal(error.cause, cause);
      assert.equal(error.retryable, true);
    });
  }

  it('says what it can of anything else', () => {
    assert.match(networkError(failure('EWHAT', 'odd'), 'a:1').message, /a:1 failed: odd/);
    assert.match(networkError(failure('HPE_INVALID_CONSTANT', 'x'), 'a:1').message, /does not speak HTTP/);
    assert.match(networkError('a string', 'a:1').message, /a string/);
  });

  it('knows a server without TLS, also where the failure is that of a write', () => {
    const text =
      'write EPROTO 80BC:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:ssl3_record.c:350:';
    assert.match(
      networkError(failure('EPROTO', text), 'a:1').message,
      /^a:1 does not speak TLS: try without TLS/,
    );
    assert.equal(networkError(failure('EPROTO', 'handshake failure'), 'a:1').message, 'TLS with a:1 failed');
  });

  it('reads the error of a host with several addresses, whose own text is empty', () => {
    const error = Object.assign(new AggregateError([failure('ECONNREFUSED')]), { code: 'ECONNREFUSED' });
    assert.match(networkError(error, 'localhost:1').message, /Nobody answers at localhost:1/);
  });

  it('leaves an error of the family as it is', () => {
    const error = new TimeoutError('slow');
    assert.equal(networkError(error, 'a:1'), error);
  });

  it('finds no code where there is none', () => {
    assert.equal(codeOf('ECONNRESET'), '');
    assert.equal(codeOf(new Error('x')), '');
  });
});
