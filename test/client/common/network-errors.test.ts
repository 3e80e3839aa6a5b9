import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { closeError, networkError, socketError } from '../../../src/client/common/network-errors';
import { Secrets } from '../../../src/client/identity/secrets';
import { codeOf, NetworkError, ProtocolError, TimeoutError } from '../../../src/errors';

const secrets = new Secrets({ clientId: 'gauge', clientSecret: 'gauge-secret' });

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
      const error = networkError(cause, 'boiler-house:8080', secrets);
      assert.ok(error instanceof NetworkError);
      assert.equal(error.message, sentence);
      assert.equal(error.cause, cause);
      assert.equal(error.retryable, true);
    });
  }

  it('says what it can of anything else', () => {
    assert.match(networkError(failure('EWHAT', 'odd'), 'a:1', secrets).message, /a:1 failed: odd/);
    assert.match(
      networkError(failure('HPE_INVALID_CONSTANT', 'x'), 'a:1', secrets).message,
      /does not speak HTTP/,
    );
    assert.match(networkError('a string', 'a:1', secrets).message, /a string/);
    for (const code of [
      'ERR_SSL_NO_RENEGOTIATION',
      'ERR_TLS_HANDSHAKE_TIMEOUT',
      'CERT_REVOKED',
      'INVALID_CA',
    ])
      assert.equal(networkError(failure(code, 'odd'), 'a:1', secrets).message, 'TLS with a:1 failed: odd');
  });

  it('knows a server without TLS, also where the failure is that of a write', () => {
    const text =
      'write EPROTO 80BC:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:ssl3_record.c:350:';
    assert.match(
      networkError(failure('EPROTO', text), 'a:1', secrets).message,
      /^a:1 does not speak TLS: try without TLS/,
    );
    assert.equal(
      networkError(failure('EPROTO', 'handshake failure'), 'a:1', secrets).message,
      'TLS with a:1 failed',
    );
  });

  it('reads the error of a host with several addresses, whose own text is empty', () => {
    const error = Object.assign(new AggregateError([failure('ECONNREFUSED')]), { code: 'ECONNREFUSED' });
    assert.match(networkError(error, 'localhost:1', secrets).message, /Nobody answers at localhost:1/);
  });

  it('says of several addresses what tells most: that one cannot be reached from here tells least', () => {
    const failed = (...codes: string[]): AggregateError =>
      Object.assign(new AggregateError(codes.map((code) => failure(code))), { code: codes[0] });
    for (const [error, sentence] of [
      [failed('ENETUNREACH', 'ECONNREFUSED'), /Nobody answers at a:1/],
      [failed('ETIMEDOUT', 'ECONNREFUSED'), /Nobody answers at a:1/],
      [failed('EHOSTUNREACH', 'ETIMEDOUT'), /a:1 does not answer/],
      [failed('ENETUNREACH', 'EHOSTUNREACH'), /cannot be reached/],
      [new AggregateError([failure('ECONNREFUSED')]), /Nobody answers at a:1/],
      [new AggregateError([new Error('odd')]), /a:1 failed: odd/],
      [new AggregateError([]), /a:1 failed: AggregateError/],
    ] as const) {
      const told = networkError(error, 'a:1', secrets);
      assert.match(told.message, sentence);
      assert.equal(told.cause, error);
    }
  });

  it('tells no secret that an error quotes, and keeps nothing of what a parser could not read (P36)', () => {
    const quoting = failure('HPE_INVALID_CONSTANT', 'no gauge-secret');
    const unread = Object.assign(failure('HPE_INVALID_CONSTANT', 'odd'), {
      rawPacket: Buffer.from('gauge-secret'),
    });
    for (const thrown of [quoting, unread, 'a gauge-secret']) {
      const { message, stack, cause } = networkError(thrown, 'a:1', secrets);
      const seen = inspect([message, stack, cause], { depth: 9, showHidden: true });
      assert.ok(!seen.includes('gauge-secret') && !seen.includes('rawPacket'), seen);
    }
    assert.equal(codeOf(networkError(unread, 'a:1', secrets).cause), 'HPE_INVALID_CONSTANT');
    const broken = socketError(failure('WS_ERR_INVALID_OPCODE', 'gauge-secret'), 'a:1', secrets);
    assert.ok(broken instanceof ProtocolError && !inspect(broken).includes('gauge-secret'));
  });

  it('says why the other side closed a WebSocket, if it did', () => {
    assert.equal(closeError(1001, '', 'a:1').message, 'a:1 closed the connection (code 1001)');
    assert.equal(
      closeError(1008, 'too old', 'a:1').message,
      'a:1 closed the connection: too old (code 1008)',
    );
    assert.match(closeError(1009, '', 'a:1').message, /^a:1 closed .*too long for it, .* filter/);
    assert.equal(closeError(1006, '', 'a:1').message, 'a:1 broke off the connection (code 1006)');
  });

  it('leaves an error of the family as it is', () => {
    const error = new TimeoutError('slow');
    assert.equal(networkError(error, 'a:1', secrets), error);
  });
});
