import assert from 'node:assert/strict';
import fc from 'fast-check';
import { basicAuthorization, parseBasicAuthorization } from '../../../src/protocol/http/authorization';

describe('the Basic header', () => {
  it('round-trips secrets with colons and letters beyond ASCII (P2)', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(
        text.filter((id) => !id.includes(':')),
        text,
        (clientId, clientSecret) => {
          const header = basicAuthorization(clientId, clientSecret);
          assert.deepEqual(parseBasicAuthorization(header), { clientId, clientSecret });
        },
      ),
    );
    assert.deepEqual(parseBasicAuthorization(basicAuthorization('kessel', 'a:b:ü€')), {
      clientId: 'kessel',
      clientSecret: 'a:b:ü€',
    });
  });

  it('is nothing when it is missing, of another scheme, or holds no colon', () => {
    for (const header of [undefined, '', 'Basic', 'Bearer abc', 'Basic !!!', `Basic ${btoa('abc')}`]) {
      assert.equal(parseBasicAuthorization(header), undefined);
    }
  });

  it('is understood whatever the letters of its scheme', () => {
    assert.deepEqual(parseBasicAuthorization(`basic ${btoa('a:b')}`), { clientId: 'a', clientSecret: 'b' });
  });
});
