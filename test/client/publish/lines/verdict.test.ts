import assert from 'node:assert/strict';
import { asError, verdictOn } from '../../../../src/client/publish/lines/verdict';
import {
  ClosedError,
  CredentialsError,
  ExpiredError,
  NetworkError,
  PayloadError,
  ProtocolError,
  ReplyError,
  SettingError,
  TimeoutError,
} from '../../../../src/errors';

const status = (code: number): ReplyError => new ReplyError('no', { status: code });

describe('client/verdict', () => {
  it('has tried again what may pass, or what better credentials mend (P9)', () => {
    const passing = [
      new NetworkError('x'),
      new TimeoutError('x'),
      new ProtocolError('x'),
      new CredentialsError('x'),
      new ClosedError('x'),
    ];
    for (const error of [...passing, ...[408, 425, 429, 500, 502, 503, 504, 599].map(status)]) {
      for (const messages of [1, 2]) assert.equal(verdictOn(error, messages), 'again', error.message);
    }
  });

  it('halves what is refused for the fault of one of several', () => {
    for (const code of [400, 413]) {
      assert.equal(verdictOn(status(code), 2), 'halve');
      assert.equal(verdictOn(status(code), 1), 'final');
    }
  });

  it('lets the others go without those that are too old', () => {
    for (const messages of [1, 2]) assert.equal(verdictOn(new ExpiredError('x'), messages), 'without');
  });

  it('is final for all else', () => {
    const errors = [new SettingError('x'), new PayloadError('x')];
    for (const error of [...errors, ...[301, 403, 404, 405, 410, 422].map(status)]) {
      for (const messages of [1, 2]) assert.equal(verdictOn(error, messages), 'final');
    }
  });

  it('takes what is not of our family for a mistake that would only be repeated', () => {
    const error = asError(new TypeError('oops'));
    assert.ok(error instanceof PayloadError && error.message.includes('oops'));
    assert.equal(verdictOn(error, 1), 'final');
    const own = new NetworkError('x');
    assert.equal(asError(own), own);
  });
});
