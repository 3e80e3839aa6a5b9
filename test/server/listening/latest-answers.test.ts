import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { LatestAnswers } from '../../../src/server/listening/latest-answers';

describe('LatestAnswers', () => {
  const socket = {} as Socket;
  const answerTo = (complete: boolean, writableFinished = false): ServerResponse =>
    Object.assign(new EventEmitter(), { req: { socket, complete }, writableFinished }) as never;

  it('waits for no answer where there is none, or none to come', () => {
    let acts = 0;
    const answers = new LatestAnswers();
    answers.after(socket, () => acts++);
    answers.note(answerTo(true, true));
    answers.after(socket, () => acts++);
    answers.note(answerTo(false));
    answers.after(socket, () => acts++);
    assert.equal(acts, 3);
  });

  it('waits for the latest', async () => {
    const answers = new LatestAnswers();
    const [first, second] = [answerTo(true), answerTo(true)];
    answers.note(first);
    answers.note(second);
    let acted = false;
    const done = new Promise<void>((resolve) =>
      answers.after(socket, () => {
        acted = true;
        resolve();
      }),
    );
    first.emit('finish');
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(acted, false);
    second.emit('finish');
    await done;
  });
});
