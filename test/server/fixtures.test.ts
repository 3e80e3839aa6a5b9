/** The requests of existing clients, replayed byte for byte: see test/fixtures/requests/README.md. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { dial, Wire } from '../support/network/wire';
import { startServer } from '../support/sea/sea';

interface Exchange {
  why?: string;
  head: string[];
  body?: string;
  bodyGzip?: string;
  reply: { status: number; body: unknown };
}

type Frame = { why?: string } & ({ send: string } | { receive: unknown });

interface Fixture {
  about: string;
  exchanges?: Exchange[];
  frames?: Frame[];
}

const FOLDER = join(__dirname, '../fixtures/requests');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

describe('requests of existing clients', () => {
  for (const file of files) {
    const fixture: Fixture = JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
    it(`are served: ${file}`, async () => {
      const server = await startServer();
      const socket = await dial(server.port);
      for (const exchange of fixture.exchanges ?? []) {
        socket.write(bytesOf(exchange));
        const reply = await readReply(socket);
        const { status, body } = exchange.reply;
        assert.equal(reply.status, status, `${exchange.head[0]}: ${JSON.stringify(reply.body)}`);
        assert.deepEqual(masked(reply.body, body), body, exchange.head[0]);
      }
      if (fixture.frames === undefined) return;
      const wire = await Wire.open(server.url);
      for (const frame of fixture.frames) {
        if ('send' in frame) wire.send(frame.send);
        else assert.deepEqual(await wire.next(), frame.receive);
      }
    });
  }

  it('are all there', () => {
    assert.deepEqual(files.sort(), [
      'command-line.json',
      'javascript.json',
      'php.json',
      'python.json',
      'subscriptions.json',
    ]);
  });
});

function bytesOf({ head, body, bodyGzip }: Exchange): Buffer {
  const bytes = bodyGzip === undefined ? Buffer.from(body ?? '') : Buffer.from(bodyGzip, 'base64');
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]);
}

async function readReply(socket: Socket): Promise<{ status: number; body: unknown }> {
  let text = '';
  for (;;) {
    const [head = '', body] = text.split('\r\n\r\n', 2);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    if (body !== undefined && Buffer.byteLength(body) >= length) {
      assert.doesNotMatch(head, /content-encoding/i);
      return { status: Number(head.split(' ')[1]), body: JSON.parse(body) };
    }
    const [chunk] = await once(socket, 'data');
    text += chunk;
  }
}

/** The actual value with `"*"` for every text where `"*"` is expected. */
function masked(actual: unknown, expected: unknown): unknown {
  if (expected === '*' && typeof actual === 'string' && actual !== '') return '*';
  if (typeof actual !== 'object' || actual === null || typeof expected !== 'object' || expected === null) {
    return actual;
  }
  if (Array.isArray(actual)) return actual.map((item, index) => masked(item, Reflect.get(expected, index)));
  return Object.fromEntries(
    Object.entries(actual).map(([key, value]) => [key, masked(value, Reflect.get(expected, key))]),
  );
}
