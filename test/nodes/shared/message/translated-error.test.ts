import assert from 'node:assert/strict';
import { translatedError } from '../../../../nodes/shared/message/translated-error';
import { NetworkError, PayloadError, StreamSeaError } from '../../../../src/index';
import { say } from '../../../../src/sentences';
import { translate } from '../../../support/browser/catalogue';

const refused = say('network.refused', { where: 'x:1' });
const german = (key: string): string =>
  key === 'sentence.network.refused' ? 'Unter __where__ antwortet niemand' : key;

describe('an error in another language', () => {
  const cause = new Error('ECONNREFUSED');
  const error = new NetworkError(refused, { cause });
  const translated = translatedError(error, german);

  it('has another text, in its stack too, and is else the same', () => {
    assert.equal(translated.message, 'Unter x:1 antwortet niemand');
    assert.ok(translated instanceof NetworkError);
    assert.deepEqual(
      [translated.name, translated.code, translated.retryable, translated.cause],
      ['NetworkError', 'SEA_NETWORK', true, cause],
    );
    assert.match(translated.stack ?? '', /^.*Unter x:1 antwortet niemand\n\s+at /);
    // Node-RED takes these only where they are the error's own.
    for (const property of ['message', 'stack', 'code', 'cause'])
      assert.ok(Object.hasOwn(translated, property));
  });

  it('leaves the one it comes from alone, which others hold too', () => {
    assert.equal(error.message, 'Nobody answers at x:1 (connection refused)');
    assert.match(error.stack ?? '', /Nobody answers at x:1/);
  });

  it('is the very same where there is nothing to translate', () => {
    assert.equal(translatedError(error, translate), error);
    const plain = new PayloadError('msg.payload fehlt.');
    assert.equal(translatedError(plain, german), plain);
    const odd = translatedError('no error', german);
    assert.deepEqual([odd instanceof StreamSeaError, odd.message], [false, 'no error']);
  });
});
