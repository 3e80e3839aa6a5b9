import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { ListenError } from '../../../src/errors';
import { type Entrance, Mount } from '../../../src/server/listening/mount';
import { startHosting } from '../../support/network/hosting';
import { dial, readToEnd } from '../../support/network/wire';

describe('Mount', () => {
  const entrance: Entrance = {
    request: (_request, response) => response.end('here'),
    upgrade: (_request, socket) => socket.end('here'),
  };

  async function asked(port: number, headers = 'Connection: close'): Promise<string> {
    const socket = await dial(port);
    socket.write(`GET /a/api/v1/streams HTTP/1.1\r\nHost: a\r\n${headers}\r\n\r\n`);
    return readToEnd(socket);
  }

  it('has a path, however it is written', async () => {
    const { server } = await startHosting();
    for (const [given, path] of [
      ['/', ''],
      ['//a/b//', '/a/b'],
      ['a/ü', '/a/%C3%BC'],
      ['', ''],
    ] as const) {
      const mount = new Mount(server, given);
      assert.equal(mount.path, path);
      mount.giveUp();
    }
  });

  it('has clients come again while its server is not there, and is nobody’s once it is given up', async () => {
    const { server, port } = await startHosting();
    const [before, mount] = [new Mount(server, '/a'), new Mount(server, '/a')];
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket';
    const away = /^HTTP\/1\.1 503 [\s\S]*\{"message":"The server is not here at the moment\."\}$/;
    assert.match(await asked(port), /\r\nRetry-After: 1\r\n/);
    assert.match(await asked(port), away);
    assert.match(await asked(port, upgrade), away);

    const close = mount.open(entrance);
    before.giveUp();
    assert.match(await asked(port), /here$/);
    assert.equal(await asked(port, upgrade), 'here');
    close();
    assert.match(await asked(port), away);

    mount.giveUp();
    mount.giveUp();
    assert.match(await asked(port), /theirs: \/a\/api\/v1\/streams$/);
  });

  it('has room for one server, and says so', async () => {
    const { server } = await startHosting();
    const [one, other] = [new Mount(server, '/a'), new Mount(server, 'a/')];
    other.checkFree();
    const close = one.open(entrance);
    assert.throws(() => other.checkFree(), ListenError);
    assert.throws(
      () => other.open(entrance),
      (error) =>
        error instanceof ListenError && /Another stream-sea server is at \/a already/.test(error.message),
    );
    new Mount(server, '/b').open(entrance)();
    close();
    other.open(entrance);
    assert.equal(other.isOpen, true);
  });

  it('knows where it is, once the other program listens', async () => {
    const { server, url } = await startHosting('https');
    const mount = new Mount(server, '/a');
    assert.deepEqual([mount.host, mount.url], ['127.0.0.1', `${url}/a`]);
    const early = new Mount(createServer(), '/a');
    assert.deepEqual([early.host, early.url], [undefined, undefined]);
  });
});
