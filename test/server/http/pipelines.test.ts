import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Pipelines } from '../../../src/server/http/pipelines';

describe('Pipelines', () => {
  let socket: Socket;
  let pipelines: Pipelines;

  beforeEach(() => {
    socket = new Socket();
    pipelines = new Pipelines();
  });

  const response = (on = socket) => new ServerResponse(new IncomingMessage(on));

  /** As Node does once the last byte of an answer has left. */
  const answer = (one: ServerResponse): void => {
    one.end();
    one.emit('close');
  };

  it('let a request begin at once when all before it are answered', () => {
    for (let n = 0; n < 3; n += 1) {
      const one = response();
      assert.equal(pipelines.enter(one, true), undefined);
      answer(one);
    }
  });

  it('let one that comes before that wait for its turn', async () => {
    const responses = [response(), response(), response()];
    const order: number[] = [];
    responses.forEach((one, n) => {
      const start = pipelines.enter(one, true);
      if (start) start.then(() => order.push(n));
    });
    for (const [n, one] of responses.entries()) {
      answer(one);
      await Promise.resolve();
      assert.deepEqual(order, [1, 2].slice(0, n + 1));
    }
  });

  it('read no more of a socket while many wait, and go on when some are answered', () => {
    const responses = Array.from({ length: 20 }, response);
    for (const one of responses.slice(0, 15)) pipelines.enter(one, true);
    assert.equal(socket.isPaused(), false);
    for (const one of responses.slice(15)) pipelines.enter(one, true);
    assert.equal(socket.isPaused(), true);
    for (const one of responses.slice(0, 4)) answer(one);
    assert.equal(socket.isPaused(), true);
    for (const one of responses.slice(4, 5)) answer(one);
    assert.equal(socket.isPaused(), false);
  });

  it('are counted in all, until they are answered or their socket is gone', async () => {
    const [first, second] = [response(), response()];
    for (const one of [first, second]) pipelines.enter(one, true);
    const other = new Socket();
    for (let n = 0; n < 3; n += 1) pipelines.enter(response(other), true);
    assert.equal(pipelines.underWay, 5);
    const gone = new Promise((resolve) => other.once('close', resolve));
    other.destroy();
    await gone;
    assert.equal(pipelines.underWay, 2);
    const told: string[] = [];
    const idle = pipelines.idle().then(() => told.push('idle'));
    answer(first);
    await Promise.resolve();
    assert.deepEqual(told, []);
    answer(second);
    await idle;
    await pipelines.idle();
    assert.equal(pipelines.underWay, 0);
  });

  it('end a socket with more than 16 while there are very many on others', () => {
    for (let n = 0; n < 6; n += 1) {
      const other = new Socket();
      for (let m = 0; m < 900; m += 1) pipelines.enter(response(other), true);
    }
    for (let n = 0; n < 16; n += 1) assert.notEqual(pipelines.enter(response(), true), false);
    assert.equal(pipelines.enter(response(), true), false);
  });

  for (const [isProven, most] of [
    [true, 1_000],
    [false, 16],
  ] as const) {
    it(`end a socket with more than ${most} when it is ${isProven ? 'known' : 'not known'}`, () => {
      for (let n = 0; n < most; n += 1) assert.notEqual(pipelines.enter(response(), isProven), false);
      assert.equal(socket.destroyed, false);
      assert.equal(pipelines.enter(response(), isProven), false);
      assert.equal(socket.destroyed, true);
    });
  }
});
