/** The latest answer on each socket: what happens to the socket itself waits for it. */

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export class LatestAnswers {
  readonly #answers = new WeakMap<Socket, ServerResponse>();

  note(answer: ServerResponse): void {
    this.#answers.set(answer.req.socket, answer);
  }

  /** Once the latest complete request on the socket has been answered: at once if there is none. */
  after(socket: Socket, act: () => void): void {
    const answer = this.#answers.get(socket);
    if (answer === undefined || answer.writableFinished || !answer.req.complete) act();
    else answer.once('finish', () => setImmediate(act));
  }
}
