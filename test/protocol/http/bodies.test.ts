import assert from 'node:assert/strict';
import { ProtocolError } from '../../../src/errors';
import {
  parseKey,
  parseList,
  parseListedJail,
  parseSecret,
  record,
  secretText,
} from '../../../src/protocol/http/bodies';

const refuses = (read: () => unknown, text: RegExp): void =>
  assert.throws(read, (error) => error instanceof ProtocolError && text.test(error.message));

describe('bodies', () => {
  it('are JSON objects, and say which property is at fault', () => {
    for (const odd of [undefined, null, 'x', 7, []])
      refuses(() => record(odd), /^the body should be a JSON object/);
    refuses(() => parseSecret({ secret: 's' }), /^givenId should be a string with something in it/);
    refuses(() => parseKey({ jwtPublicKey: 5 }), /^jwtPublicKey should be/);
    assert.equal(parseKey({ jwtPublicKey: null }), null);
  });

  it('never quote what stands where a secret should', () => {
    for (const odd of [4711, { secret: '4711' }, ['4711']]) {
      assert.throws(
        () => secretText(odd, 'secret'),
        (error) => error instanceof ProtocolError && !/4711/.test(error.message),
      );
    }
  });

  it('hold the first ones of a list, and how many there are (P40)', () => {
    const jails = [{ jailId: 'a', jailName: null, clients: 2 }];
    assert.deepEqual(parseList({ jails, total: 5 }, 'jails', parseListedJail), {
      items: [{ jailId: 'a', jailName: '', clients: 2 }],
      total: 5,
    });
    refuses(() => parseList({ jails, total: -1 }, 'jails', parseListedJail), /^total should be a number/);
    refuses(() => parseList({ jails: [null], total: 1 }, 'jails', parseListedJail), /JSON object/);
  });
});
