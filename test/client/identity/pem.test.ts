import assert from 'node:assert/strict';
import { readPem, writePem } from '../../../src/client/identity/pem';
import { KEYS } from '../../support/sea/tokens';

describe('client/pem', () => {
  const pasted: Readonly<Record<string, string>> = {
    'as it comes': KEYS.privateKey,
    'with line breaks of Windows': KEYS.privateKey.replaceAll('\n', '\r\n'),
    'in one line, as a field for passwords leaves it': KEYS.privateKey.replaceAll('\n', ' '),
    'in one line without blanks': KEYS.privateKey.replaceAll('\n', ''),
    'with line breaks escaped, as in a variable': KEYS.privateKey.replaceAll('\n', '\\n'),
    'indented, among other text': `key: |\n  ${KEYS.privateKey.replaceAll('\n', '\n  ')}\nmore`,
  };
  for (const [how, text] of Object.entries(pasted)) {
    it(`reads one ${how}`, () => {
      const pem = readPem(text);
      assert.equal(pem?.kind, 'PRIVATE KEY');
      assert.equal(pem && writePem(pem), KEYS.privateKey);
    });
  }

  it('finds none in anything else', () => {
    for (const text of ['', 'secret', '-----BEGIN PRIVATE KEY-----', KEYS.privateKey.slice(0, -10)]) {
      assert.equal(readPem(text), undefined);
    }
  });

  it('takes no time over a text that begins again and again', () => {
    assert.equal(readPem('-----BEGIN KEY-----'.repeat(100_000)), undefined);
  });
});
