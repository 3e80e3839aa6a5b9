import assert from 'node:assert/strict';
import { hashSecret } from '../../../src/server/auth/auth';
import {
  type Client,
  definitionsLength,
  endConnections,
  type Jail,
} from '../../../src/server/directory/jail';
import { Stream } from '../../../src/server/directory/stream';
import { BOILER } from '../../support/sea/sea';

describe('Jail', () => {
  const jail: Jail = { id: 'works', name: 'Works', exists: true, clients: new Map(), streams: new Map() };

  it('has the length of all definitions but one, which takes no reading', () => {
    const unreadable: string[] = [];
    const texts = {
      boiler: JSON.stringify(BOILER),
      damaged: '{"version":',
      tank: '{"version":1,"fields":[]}',
    };
    const streams = new Map(
      Object.entries(texts).map(([name, text]) => [
        name,
        new Stream(name, text, () => unreadable.push(name)),
      ]),
    );
    const full = { ...jail, streams };
    assert.equal(definitionsLength(full, 'boiler'), texts.damaged.length + texts.tank.length);
    assert.deepEqual(unreadable, []);
  });

  it('has clients whose connections end, all or those of one method, also as each takes itself out', () => {
    const client: Client = {
      id: 'gauge',
      description: '',
      jail,
      secret: hashSecret('s'),
      jwtPublicKey: null,
      connections: new Set(),
    };
    const ends: string[] = [];
    for (const method of ['basic', 'jwt', 'basic'] as const) {
      const connection = {
        method,
        end: (reason: string) => {
          ends.push(`${method}: ${reason}`);
          client.connections.delete(connection);
        },
      };
      client.connections.add(connection);
    }
    endConnections(client, 'key', 'jwt');
    assert.deepEqual(ends, ['jwt: key']);
    endConnections(client, 'gone');
    assert.deepEqual(ends, ['jwt: key', 'basic: gone', 'basic: gone']);
  });
});
