import assert from 'node:assert/strict';
import { environmentProxy, isExempt } from '../../../nodes/stream-sea-server/proxy-environment';

const HTTP = 'http://sea.example.com:8080';
const HTTPS = 'https://sea.example.com';

describe('the proxy of the environment', () => {
  it('is that of the scheme, else the one for all', () => {
    const env = { http_proxy: 'http://plain:3128', https_proxy: 'http://secure:3128' };
    assert.equal(environmentProxy(HTTP, { env }), 'http://plain:3128');
    assert.equal(environmentProxy(HTTPS, { env }), 'http://secure:3128');
    assert.equal(environmentProxy(HTTPS, { env: { all_proxy: 'http://all:3128' } }), 'http://all:3128');
    assert.equal(environmentProxy(HTTPS, { env: {} }), undefined);
  });

  it('may be spelt in capitals, and without http://', () => {
    assert.equal(environmentProxy(HTTPS, { env: { HTTPS_PROXY: 'secure:3128' } }), 'http://secure:3128');
  });

  it('follows proxyOptions of the settings', () => {
    const env = { https_proxy: 'http://small:3128', HTTPS_PROXY: 'http://capital:3128' };
    assert.equal(environmentProxy(HTTPS, { env }), 'http://small:3128');
    assert.equal(environmentProxy(HTTPS, { env, favourUpperCase: true }), 'http://capital:3128');
    const capital = { HTTPS_PROXY: 'http://capital:3128' };
    assert.equal(environmentProxy(HTTPS, { env: capital, lowerCaseOnly: true }), undefined);
  });

  it('is not for the hosts in no_proxy', () => {
    const env = { https_proxy: 'http://secure:3128', no_proxy: 'other.org, .example.com' };
    assert.equal(environmentProxy(HTTPS, { env }), undefined);
    assert.equal(environmentProxy('https://sea.example.org', { env }), 'http://secure:3128');
  });

  it('is not for this machine', () => {
    const env = { http_proxy: 'http://plain:3128' };
    for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '[::1]', 'sea.localhost'])
      assert.equal(environmentProxy(`http://${host}:8080`, { env }), undefined, host);
    assert.equal(environmentProxy('http://localhost.example.com', { env }), 'http://plain:3128');
  });

  it('is passed over where it does not speak HTTP', () => {
    const env = { https_proxy: 'socks5://secure:1080', ALL_PROXY: 'http://all:3128' };
    assert.equal(environmentProxy(HTTPS, { env }), 'http://all:3128');
    assert.equal(environmentProxy(HTTPS, { env: { https_proxy: 'http://' } }), undefined);
  });
});

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
