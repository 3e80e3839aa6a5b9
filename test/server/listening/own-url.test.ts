import assert from 'node:assert/strict';
import { ownUrl } from '../../../src/server/listening/own-url';

describe('A server’s own URL', () => {
  for (const [host, url] of [
    ['0.0.0.0', 'http://127.0.0.1:80'],
    ['', 'http://127.0.0.1:80'],
    ['::', 'http://[::1]:80'],
    ['fd00::1', 'http://[fd00::1]:80'],
    ['sea', 'http://sea:80'],
  ] as const) {
    it(`where it listens on “${host}” is ${url}`, () => assert.equal(ownUrl(false, host, 80), url));
  }

  it('says whether it speaks TLS', () => assert.equal(ownUrl(true, 'sea', 443), 'https://sea:443'));
});
