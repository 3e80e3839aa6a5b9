import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { refuseSocket } from '../../../src/server/listening/bare-answer';
import { dial, readToEnd } from '../../support/network/wire';

describe('An answer on a bare socket', () => {
  it('is HTTP, says how long it is, and is the last one', async () => {
    const server = createServer((socket) => refuseSocket(socket, '404 Not Found', { message: 'é' }));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const answer = await readToEnd(await dial((server.address() as AddressInfo).port));
    server.close();
    assert.match(answer, /^HTTP\/1\.1 404 Not Found\r\nConnection: close\r\n/);
    assert.match(answer, /\r\nContent-Length: 16\r\n\r\n\{"message":"é"\}$/);
  });
});
