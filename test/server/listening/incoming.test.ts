import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import {
  headWithoutOffer,
  isForWebSocket,
  isSocketPath,
  pathOf,
} from '../../../src/server/listening/incoming';

function request(url: string, ...rawHeaders: string[]): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  Object.assign(message, { method: 'POST', url, httpVersion: '1.1', rawHeaders });
  return message;
}

describe('what comes', () => {
  it('may say the address of the server in its target', () => {
    for (const [target, path] of [
      ['/api/v1/client/x?q', '/api/v1/client/x?q'],
      ['http://sea/api/v1/jails', '/api/v1/jails'],
      ['HTTPS://[::1]:8443/api/v1/jails?q', '/api/v1/jails?q'],
      ['http://sea', '/'],
      ['http://sea?q', '/?q'],
      ['*', '*'],
      ['/api/v1/streams/http://x/schema', '/api/v1/streams/http://x/schema'],
      [undefined, '/'],
    ] as const) {
      assert.equal(pathOf(target), path);
    }
    assert.equal(isSocketPath(request('http://sea/api/v1/streams?q')), true);
    assert.equal(isSocketPath(request('/api/v1/streams/')), false);
  });

  it('is for the WebSocket when it says so, among others perhaps', () => {
    for (const [upgrade, expected] of [
      ['websocket', true],
      ['h2c, WebSocket', true],
      ['h2c', false],
      [undefined, false],
    ] as const) {
      const message = request('/');
      if (upgrade !== undefined) message.headers.upgrade = upgrade;
      assert.equal(isForWebSocket(message), expected);
    }
  });

  it('is taken without its offer of another protocol, and otherwise as it is', () => {
    const head = headWithoutOffer(
      request(
        '/api/v1/streams/s/publish?\u00e4',
        ...['Host', 'x', 'UPGRADE', 'h2c', 'HTTP2-Settings', 'AAMA', 'Connection', 'Upgrade, HTTP2-Settings'],
        ...['X-Name', 'f\u00fcr', 'connection', 'keep-alive, upgrade', 'X-Name', 'b'],
      ),
    );
    assert.equal(
      head.toString('latin1'),
      'POST /api/v1/streams/s/publish?\u00e4 HTTP/1.1\r\nHost: x\r\nX-Name: f\u00fcr\r\nconnection: keep-alive\r\nX-Name: b\r\n\r\n',
    );
  });
});
