import assert from 'node:assert/strict';
import { isExempt } from '../../../nodes/stream-sea-server/network';

describe('isExempt', () => {
  it('reads the exceptions of a proxy as curl does', () => {
    for (const [pattern, url, expected] of [
      ['boiler.local', 'http://boiler.local', true],
      ['boiler.local', 'http://north.boiler.local', true],
      ['.boiler.local', 'http://north.boiler.local', true],
      ['*.boiler.local', 'http://north.boiler.local', true],
      [' BOILER.local ', 'https://boiler.local', true],
      ['boiler.local', 'http://myboiler.local', false],
      ['boiler.local:8080', 'http://boiler.local:8080', true],
      ['boiler.local:8080', 'http://boiler.local', false],
      ['boiler.local:443', 'https://boiler.local', true],
      ['*', 'http://anything', true],
      ['', 'http://anything', false],
      ['.', 'http://anything', false],
    ] as const) {
      assert.equal(isExempt(url, pattern), expected, `${pattern} for ${url}`);
    }
  });
});
