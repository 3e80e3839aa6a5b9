/** Frames and upgrades of a hostile server: they cost themselves, or at most the connection, and somebody says why. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Client } from '../../../src/client/client';
import type { StreamSeaError } from '../../../src/errors';
import {
  flood,
  frame,
  type HostileServer,
  type Script,
  startHostileServer,
  upgradeReply,
  type Victim,
} from '../../support/network/hostile-server';
import { until } from '../../support/until';

const MEBIBYTE = 1_048_576;
const SECRET = 'not-for-your-eyes';

const delivery = (payload: unknown, id: unknown = 2) => ({
  id,
  action: 'subscription',
  streamName: 's',
  payload,
});

/** What comes before a delivery, after all went well: each costs itself, and is told. */
const IGNORED: Readonly<Record<string, Buffer | string | object>> = {
  'that is empty': '',
  'that is not JSON': 'not JSON',
  'that is half of JSON': '{"id":2,"action":"subscr',
  'that is JSON with more behind it': '{"id":2}{"id":3}',
  'that is a list': [],
  'that is null': 'null',
  'that is a number': '2',
  'that is a string': '"subscription"',
  'without an id': { action: 'subscription', streamName: 's', payload: 1 },
  'with the id null': delivery(1, null),
  'with an id that is text': delivery(1, '2'),
  'with an id that is a list': delivery(1, [2]),
  'with an id that is a fraction': delivery(1, 2.5),
  'with an id that is negative': delivery(1, -2),
  'with the id 0': delivery(1, 0),
  'with an id that nobody used': delivery(1, 3),
  'with an id beyond all numbers': '{"id":1e999,"action":"subscription","streamName":"s","payload":1}',
  'with the id of the authentication': delivery(1, 1),
  'without an action': { id: 2, streamName: 's', payload: 1 },
  'with an action that is a number': { id: 2, action: 7, payload: 1 },
  'with an action that there is not': { id: 2, action: 'destroy', payload: 1 },
  'with an action of every object': { id: 2, action: 'constructor', payload: 1 },
  'without a payload': { id: 2, action: 'subscription', streamName: 's' },
  'with an authentication answered again': {
    id: 1,
    action: 'authenticate',
    success: true,
    payload: { jailId: 'j' },
  },
  'that is binary': frame(JSON.stringify(delivery(1)), { opcode: 2 }),
  'nested a hundred thousand deep': `{"id":2,"action":"subscription","payload":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
  'nested as deep, and never closed': '['.repeat(1e5),
  'of objects nested a hundred thousand deep': '{"a":'.repeat(1e5),
  'that refuses what was accepted': { id: 2, action: 'subscription', success: false, error: 'no' },
};

/** What breaks the WebSocket beneath: each costs the connection. */
const FRAMES: Readonly<Record<string, Buffer | string | object>> = {
  'that is no UTF-8': frame(Buffer.from([0xff, 0xfe, 0x22, 0xc3])),
  'with a letter cut in two': frame(Buffer.from([0x22, 0xc3, 0x22])),
  'that announces 100 MB': frame('{', { length: 100 * MEBIBYTE }),
  'that announces more bytes than there are': Buffer.from([
    0x81, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
  ]),
  'with reserved bits': frame('{}', { reserved: 0x70 }),
  'that claims to be compressed': frame('{}', { reserved: 0x40 }),
  'of an unknown kind': frame('{}', { opcode: 5 }),
  'that is masked': frame('{}', { masked: true }),
  'that goes on without a beginning': frame('{}', { opcode: 0 }),
  'that begins twice': Buffer.concat([frame('{', { last: false }), frame('{')]),
  'that is a ping in pieces': frame('p', { opcode: 9, last: false }),
  'that is a ping too long': frame('p'.repeat(126), { opcode: 9 }),
  'that is a close with half a code': frame(Buffer.from([3]), { opcode: 8 }),
  'that is a close with a code there is not': frame(Buffer.from([0, 1]), { opcode: 8 }),
  'that is a close whose reason is no UTF-8': frame(Buffer.from([3, 232, 0xff]), { opcode: 8 }),
  'that is not even a frame': Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
};

/** What comes in the place of the answer to the authentication. */
const AUTHENTICATIONS: Readonly<Record<string, Buffer | string | object>> = {
  'a delivery': delivery(1),
  'an accepted subscription': { id: 2, action: 'subscription', success: true, payload: 1 },
  'an answer with another id': { id: 2, action: 'authenticate', success: true, payload: { jailId: 'j' } },
  'an answer without success': { id: 1, action: 'authenticate', payload: { jailId: 'j' } },
  'an answer whose success is text': { id: 1, action: 'authenticate', success: 'true' },
  'its own question': {
    id: 1,
    action: 'authenticate',
    payload: { type: 'basic', clientId: 'c', clientSecret: SECRET },
  },
  'a close': frame(Buffer.from([3, 232]), { opcode: 8 }),
  garbage: Buffer.alloc(4096, 0xa5),
};

/** What is fine, though no server of ours would send it. */
const HARMLESS: Readonly<Record<string, (victim: Victim) => void>> = {
  'properties that nobody knows': (victim) => victim.say({ ...delivery(2), extra: [1], __proto__: null }),
  'a frame in a hundred pieces': (victim) => {
    const pieces = JSON.stringify(delivery(2)).padEnd(100, ' ').split('');
    for (const [index, piece] of pieces.entries()) {
      const place = { opcode: index === 0 ? 1 : 0, last: index === pieces.length - 1 };
      victim.write(frame(piece, place));
      // Between pieces, as the protocol allows; fewer than ws takes for a flood.
      if (index % 2 === 1) victim.write(frame('', { opcode: 9 }));
    }
  },
  'a frame that comes byte by byte': (victim) => {
    for (const byte of frame(JSON.stringify(delivery(2)))) victim.write(Buffer.from([byte]));
  },
  'pongs that nobody asked for': (victim) => {
    for (let n = 0; n < 1_000; n += 1) victim.write(frame('pong', { opcode: 10 }));
    victim.say(delivery(2));
  },
  'a key of every object in a message': (victim) => {
    victim.say(
      '{"id":2,"action":"subscription","__proto__":{"polluted":1},"payload":{"__proto__":{"polluted":1}}}',
    );
    victim.say(delivery(2));
  },
};

/** What comes in the place of the upgrade. */
const UPGRADES: Readonly<Record<string, string | Script>> = {
  'nothing but an end': (socket) => void socket.end(),
  'a page of HTML': 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<html>Hi</html>',
  'a page that never ends': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    flood(socket, `ffff\r\n${'x'.repeat(0xffff)}\r\n`);
  },
  'status 401': 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n',
  'status 503': 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n',
  'a 101 with the wrong key': (socket) => void socket.write(upgradeReply('Sec-WebSocket-Key: wrong\r\n')),
  'a 101 without a key':
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  'a 101 to something else':
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
  'a subprotocol that nobody asked for': (socket, head) =>
    void socket.write(upgradeReply(head, 'Sec-WebSocket-Protocol: mqtt\r\n')),
  'compression that nobody asked for': (socket, head) =>
    void socket.write(upgradeReply(head, 'Sec-WebSocket-Extensions: permessage-deflate\r\n')),
  'a redirect to nowhere': 'HTTP/1.1 301 Moved\r\nLocation: \r\nContent-Length: 0\r\n\r\n',
  'headers without end': (socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\n');
    flood(socket, `X-Padding: ${'x'.repeat(1000)}\r\n`);
  },
  'bytes that are no HTTP': (socket) => void socket.end(Buffer.alloc(4096, 0xa5)),
  'another protocol': 'SSH-2.0-OpenSSH_9.6\r\n',
  'two answers at once': `${'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'.repeat(2)}`,
};

describe('a hostile server', () => {
  let server: HostileServer;
  let client: Client;
  let problems: StreamSeaError[];
  let received: unknown[];

  beforeEach(async () => {
    server = await startHostileServer();
    problems = [];
    received = [];
    client = new Client({
      url: server.url,
      credentials: { type: 'basic', clientId: 'c', clientSecret: SECRET },
      backoff: { first: 1, max: 5, refusedFor: 1 },
      connectTimeout: 2_000,
      authenticateTimeout: 500,
    });
    client.on('problem', (problem) => problems.push(problem));
  });

  afterEach(async () => {
    await client.close();
    for (const { message } of problems) assert.ok(!message.includes(SECRET), message);
  });

  function subscribe(): void {
    client.subscribe(
      's',
      { type: 'every' },
      { message: (message) => received.push(message), error: (error) => problems.push(error) },
    );
  }

  /** The client is told of one loss, comes back, and hears the server out. */
  async function recovers(): Promise<void> {
    await until(() => received.includes(1) && client.state.name === 'ready', 'the recovery');
    assert.equal(problems.length, 1, problems.map(({ message }) => message).join('\n'));
    assert.match(problems[0]?.message ?? '', /127\.0\.0\.1/);
  }

  /** The first connection meets `harm`; the next ones meet a server that behaves. */
  function harmFirst(harm: (victim: Victim) => Promise<void>): void {
    const { onSocket } = server;
    let first = true;
    server.onSocket = (victim) => {
      const meets = first ? harm : onSocket;
      first = false;
      return meets(victim);
    };
  }

  function put(victim: Victim, what: Buffer | string | object): void {
    if (Buffer.isBuffer(what)) victim.write(what);
    else victim.say(what);
  }

  for (const [name, odd] of Object.entries(IGNORED)) {
    it(`with a frame ${name} is told once and heard out, on the same connection (G14)`, async () => {
      harmFirst(async (victim) => {
        await victim.authenticate();
        const id = await victim.accept();
        for (let time = 0; time < 3; time += 1) put(victim, odd);
        victim.say(delivery(1, id));
      });
      subscribe();
      await recovers();
      assert.equal(server.heads.length, 1);
    });

    it(`with a frame ${name} before its answers gives them nevertheless`, async () => {
      harmFirst(async (victim) => {
        put(victim, odd);
        await victim.authenticate();
        const id = await victim.accept();
        victim.say(delivery(1, id));
      });
      subscribe();
      await recovers();
      assert.equal(server.heads.length, 1);
    });
  }

  for (const [name, bad] of Object.entries(FRAMES)) {
    it(`with a frame ${name} loses the connection, and no more`, async () => {
      harmFirst(async (victim) => {
        await victim.authenticate();
        await victim.accept();
        put(victim, bad);
      });
      subscribe();
      await recovers();
    });
  }

  for (const [name, bad] of Object.entries(AUTHENTICATIONS)) {
    it(`with ${name} in answer to the authentication loses the connection, and no more`, async () => {
      harmFirst(async (victim) => {
        await victim.id();
        put(victim, bad);
      });
      subscribe();
      await recovers();
    });
  }

  it('that lets us in and refuses us in one breath has let us in', async () => {
    harmFirst(async (victim) => {
      await victim.authenticate();
      victim.say({ id: 1, action: 'authenticate', success: false, error: { message: 'no' } });
      victim.say(delivery(1, await victim.accept()));
    });
    subscribe();
    await recovers();
    assert.equal(server.heads.length, 1);
  });

  for (const [name, answer] of Object.entries({
    'without success': { streamName: 's', payload: 2 },
    'with success that is text': { success: 'yes' },
    'with a payload alone': { payload: { n: 1 } },
    'with nothing': {},
  })) {
    it(`that answers a subscribe ${name} has accepted it, and delivers what follows (P24)`, async () => {
      harmFirst(async (victim) => {
        await victim.authenticate();
        const id = await victim.id();
        victim.say({ id, action: 'subscription', ...answer });
        victim.say(delivery(1, id));
      });
      subscribe();
      await until(() => received.length > 0, 'the delivery');
      assert.deepEqual([received, problems, server.heads.length], [[1], [], 1]);
    });
  }

  it('that repeats our secret in its refusal does not get it into a log', async () => {
    harmFirst(async (victim) => {
      victim.say({
        id: await victim.id(),
        action: 'authenticate',
        success: false,
        error: { message: `no ${SECRET}` },
      });
    });
    subscribe();
    await recovers();
  });

  it('with a message in pieces without end loses the connection once it is too large', async () => {
    harmFirst(async (victim) => {
      await victim.authenticate();
      await victim.accept();
      victim.write(frame('"', { last: false }));
      flood(victim.socket, frame('x'.repeat(65_000), { opcode: 0, last: false }));
    });
    subscribe();
    await recovers();
  });

  it('with a flood of pings loses the connection before their answers fill the memory', async () => {
    harmFirst(async (victim) => {
      await victim.authenticate();
      await victim.accept();
      victim.socket.pause();
      flood(victim.socket, frame('p'.repeat(125), { opcode: 9 }));
    });
    subscribe();
    await recovers();
  });

  for (const [name, harm] of Object.entries(HARMLESS)) {
    it(`with ${name} does no harm`, async () => {
      const { onSocket } = server;
      server.onSocket = async (victim) => {
        await onSocket(victim);
        harm(victim);
      };
      subscribe();
      await until(() => received.includes(2), 'the message');
      assert.deepEqual(problems, []);
      assert.equal('polluted' in {}, false);
    });
  }

  for (const [name, harm] of Object.entries(UPGRADES)) {
    it(`with ${name} instead of an upgrade is told, and left alone until it behaves`, async () => {
      server.onUpgrade = (socket, head) => {
        server.onUpgrade = undefined;
        if (typeof harm === 'string') socket.write(harm);
        else return harm(socket, head);
      };
      subscribe();
      await recovers();
    });
  }
});
