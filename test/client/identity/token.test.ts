import assert from 'node:assert/strict';
import { renewalAfter, timesOf } from '../../../src/client/identity/token';
import { signToken } from '../../support/sea/tokens';

const MINUTE = 60_000;

describe('client/token', () => {
  it('reads the end of a token, whoever has signed it', async () => {
    assert.equal(timesOf(await signToken({ exp: 1_700_000_000 })).end, 1_700_000_000_000);
    assert.deepEqual(timesOf(await signToken({ iat: 1_600_000_000, exp: 1_700_000_000 })), {
      begin: 1_600_000_000_000,
      end: 1_700_000_000_000,
    });
  });

  it('knows none of a token that does not say, or is none', async () => {
    const deep = Buffer.from('['.repeat(100_000)).toString('base64url');
    const odd = [
      await signToken({}),
      await signToken({ exp: 'soon' }).catch(() => ''),
      '',
      'a.b.c',
      `a.${Buffer.from('null').toString('base64url')}.c`,
      `a.${Buffer.from('{"exp":"1700000000"}').toString('base64url')}.c`,
      `a.${Buffer.from('{"exp":1e999}').toString('base64url')}.c`,
      `a.${deep}.c`,
    ];
    for (const jwt of odd) assert.equal(timesOf(jwt).end, undefined);
  });

  it('has another one 5 minutes before, or a third of what is left', () => {
    assert.equal(renewalAfter(60 * MINUTE), 55 * MINUTE);
    assert.equal(renewalAfter(6_000), 4_000);
  });

  it('does not hurry for whoever gives the same token again, or one that is over', () => {
    assert.equal(renewalAfter(3), 250);
    assert.equal(renewalAfter(0), MINUTE);
    assert.equal(renewalAfter(-10 * MINUTE), MINUTE);
  });
});
