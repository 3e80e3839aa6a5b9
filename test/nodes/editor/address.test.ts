import assert from 'node:assert/strict';
import { parseAddress } from '../../../nodes/stream-sea-server/address.editor';

describe('an address put in for a host', () => {
  it('holds host, port and whether there is TLS', () => {
    const known: Record<string, object> = {
      'http://127.0.0.1:8080': { host: '127.0.0.1', port: '8080', secure: false },
      ' https://sea.example.com/ ': { host: 'sea.example.com', port: '', secure: true },
      'WSS://sea.example.com:444': { host: 'sea.example.com', port: '444', secure: true },
      'http://[::1]:8080': { host: '[::1]', port: '8080', secure: false },
    };
    for (const [text, address] of Object.entries(known)) assert.deepEqual(parseAddress(text), address, text);
  });

  it('may be but a host with its port, which says nothing of TLS', () => {
    assert.deepEqual(parseAddress('sea.example.com:8080'), { host: 'sea.example.com', port: '8080' });
    assert.deepEqual(parseAddress('[::1]:8080'), { host: '[::1]', port: '8080' });
  });

  it('is none when it is a host alone, or says more than there are fields for', () => {
    for (const text of ['', 'localhost', '::1', 'fe80::1:80', '${SEA_HOST}', '${SEA_HOST}:8080', 'http://']) {
      assert.equal(parseAddress(text), undefined, text);
    }
    for (const text of [
      'http://a/stream',
      'http://me:secret@a',
      'http://a?b',
      'http://a#b',
      'ftp://a',
      'a:b',
    ]) {
      assert.equal(parseAddress(text), undefined, text);
    }
  });
});
