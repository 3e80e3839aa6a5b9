import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { faultOf } from '../../bin/healthy';
import { parseCommand } from '../../bin/settings/flags';
import { type EmbeddedServer, startServer } from '../../src/index';
import { certificate, key } from '../support/network/tls';

describe('a health check', () => {
  let server: EmbeddedServer | undefined;

  afterEach(() => server?.close());

  const fault = (port: number, ...flags: string[]) => {
    const command = parseCommand(['--healthy', '--port', String(port), ...flags], {});
    assert(command.name === 'healthy');
    return faultOf(command.settings);
  };

  it('finds no fault with a server that is well, wherever it listens', async () => {
    for (const host of ['127.0.0.1', '0.0.0.0', '::1', '::']) {
      server = await startServer({ host, probes: true });
      assert.equal(await fault(server.port, '--host', host), undefined, host);
      await server.close();
    }
  });

  it('takes whatever certificate it has', async () => {
    server = await startServer({ probes: true, tls: { cert: certificate, key } });
    assert.equal(await fault(server.port, '--tls-cert=x', '--tls-key=y'), undefined);
  });

  it('says what is wrong: it is about to stop, it does not tell, nobody is there', async () => {
    server = await startServer({ probes: true });
    await server.drain();
    assert.equal(await fault(server.port), '/health says 503');
    await server.close();
    server = await startServer();
    assert.equal(await fault(server.port), '/health says 404');
    const { port } = server;
    await server.close();
    assert.match((await fault(port)) ?? '', /ECONNREFUSED/);
  });

  it('says so when what answers speaks another language', async () => {
    const other = createServer((socket) => socket.on('error', () => {}).end('nonsense\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    assert(typeof address === 'object' && address !== null);
    assert.match((await fault(address.port)) ?? '', /\w/);
    other.close();
  });
});
