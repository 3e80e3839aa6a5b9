import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Answers } from '../../../src/server/http/answers';

describe('server/answers', () => {
  let server: Server;
  let faults: unknown[];
  let answers: Answers;
  let responses: ServerResponse[];

  beforeEach(async () => {
    faults = [];
    responses = [];
    answers = new Answers((error) => faults.push(error));
    server = createServer((_, response) => {
      responses.push(response);
      if (responses.length === 2) server.emit('both');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => server.close());

  const ask = (): Promise<Response> =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      headers: { connection: 'close' },
    });

  async function askTwice(): Promise<readonly [Promise<Response>, Promise<Response>]> {
    const both = once(server, 'both');
    const asked = [ask(), ask()] as const;
    await both;
    return asked;
  }

  it('leave at the end of the turn that they were given in, all of them', async () => {
    const asked = await askTwice();
    const [one, two] = responses;
    assert(one && two);
    answers.send(one, 200, '{"a":"ä"}');
    answers.send(two, 404, '{}');
    assert.equal(one.headersSent, false);
    await new Promise(setImmediate);
    assert.equal(one.writableEnded && two.writableEnded, true);
    const [first, second] = await Promise.all(asked);
    const byStatus = new Map([first, second].map((response) => [response.status, response]));
    const found = byStatus.get(200);
    assert.deepEqual(await found?.json(), { a: 'ä' });
    assert.equal(found?.headers.get('content-length'), '10');
    assert.equal(found?.headers.get('cache-control'), 'no-store');
    assert.equal(byStatus.has(404), true);
  });

  it('that cannot be made costs its own connection, and none of the others', async () => {
    const asked = await askTwice();
    const [one, two] = responses;
    assert(one && two);
    answers.send(one, 99, '{}');
    answers.send(two, 200, '{}');
    const outcomes = await Promise.allSettled(asked);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal(faults.length, 1);
    assert.match(String(faults[0]), /RangeError/);
  });
});
