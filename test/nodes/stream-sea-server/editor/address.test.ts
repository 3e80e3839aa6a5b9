import assert from 'node:assert/strict';
import {
  addressHere,
  hostFits,
  parseAddress,
  shownAddress,
} from '../../../../nodes/stream-sea-server/editor/address.editor';

describe('an address put in for a host', () => {
  it('holds host, port and whether there is TLS', () => {
    const known: Record<string, object> = {
      'http://127.0.0.1:8080': { host: '127.0.0.1', port: '8080', secure: false },
      ' https://sea.example.com/ ': { host: 'sea.example.com', port: '', secure: true },
      'WSS://sea.example.com:444': { host: 'sea.example.com', port: '444', secure: true },
      'http://gateway:1880/flows/stream-sea/': {
        host: 'gateway/flows/stream-sea',
        port: '1880',
        secure: false,
      },
      'https://a/%C3%BC': { host: 'a/%C3%BC', port: '', secure: true },
      'http://[::1]:8080': { host: '[::1]', port: '8080', secure: false },
    };
    for (const [text, address] of Object.entries(known)) assert.deepEqual(parseAddress(text), address, text);
  });

  it('may be but a host with its port, which says nothing of TLS', () => {
    assert.deepEqual(parseAddress('sea.example.com:8080'), { host: 'sea.example.com', port: '8080' });
    assert.deepEqual(parseAddress('a:8080/b/c'), { host: 'a/b/c', port: '8080' });
    assert.deepEqual(parseAddress('[::1]:8080'), { host: '[::1]', port: '8080' });
  });

  it('is none when it is a host alone, or says more than there are fields for', () => {
    for (const text of ['', 'localhost', '::1', 'fe80::1:80', '${SEA_HOST}', '${SEA_HOST}:8080', 'http://']) {
      assert.equal(parseAddress(text), undefined, text);
    }
    for (const text of ['http://me:secret@a', 'http://a?b', 'http://a#b', 'ftp://a', 'a:b']) {
      assert.equal(parseAddress(text), undefined, text);
    }
  });

  it('may have a path below which another server is, and nothing else', () => {
    for (const host of ['a', 'a/b/c', '[::1]/b', 'a/%20']) assert.ok(hostFits(host, true), host);
    assert.ok(hostFits('a', false));
    for (const host of ['/a', 'a/b?c', 'a/b#c', 'me@a/b', 'a b', 'a\\b'])
      assert.ok(!hostFits(host, true), host);
    assert.ok(!hostFits('a/b', false));
  });

  it('is shown as people write it', () => {
    assert.equal(shownAddress('a', '1'), 'a:1');
    assert.equal(shownAddress('a/b/c', '1'), 'a:1/b/c');
    assert.equal(shownAddress('a/b'), 'a/b');
  });

  it('of this Node-RED is found by the way that led to its editor', () => {
    const at = (pathname: string, adminRoot: string) =>
      addressHere({ origin: 'https://gw:8443', pathname }, '/flows/stream-sea', adminRoot);
    assert.equal(at('/', '/'), 'https://gw:8443/flows/stream-sea');
    assert.equal(at('/admin/', '/admin'), 'https://gw:8443/flows/stream-sea');
    assert.equal(at('/plant/7/admin/', '/admin/'), 'https://gw:8443/plant/7/flows/stream-sea');
    assert.equal(at('/plant/7/', '/'), 'https://gw:8443/plant/7/flows/stream-sea');
    // A proxy that calls the editor something else says nothing of the rest.
    assert.equal(at('/editor/', '/admin'), 'https://gw:8443/flows/stream-sea');
  });
});
