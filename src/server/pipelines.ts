/**
 * Requests that come on a socket before those before them are answered: they are dealt with in that order, and whoever
 * sends them without end waits, or loses the connection.
 */

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Under way on one socket before no more is read of it. What has been read may hold some hundreds of others. */
const MANY = 16;

/** Under way on one socket at the most: of one that has proven who it is, and of one that has not. */
const MOST = 1_000;
const MOST_OF_NOBODY = 32;

interface Pipeline {
  latest: ServerResponse | undefined;
  underWay: number;
}

export class Pipelines {
  readonly #pipelines = new WeakMap<Socket, Pipeline>();
  /** One for all requests: a closure for each would cost more than all the rest. */
  readonly #closed: (this: ServerResponse) => void;

  constructor() {
    const left = (response: ServerResponse): void => this.#left(response);
    this.#closed = function () {
      left(this);
    };
  }

  /**
   * @param isProven whether the socket is somebody's whom we know.
   * @returns resolves when it is this one's turn; undefined: it is at once; false: never, as there are too many.
   */
  enter(socket: Socket, response: ServerResponse, isProven: boolean): Promise<void> | undefined | false {
    let pipeline = this.#pipelines.get(socket);
    if (pipeline === undefined) {
      pipeline = { latest: undefined, underWay: 0 };
      this.#pipelines.set(socket, pipeline);
    }
    const before = pipeline.latest;
    pipeline.latest = response;
    pipeline.underWay += 1;
    response.on('close', this.#closed);
    if (pipeline.underWay > (isProven ? MOST : MOST_OF_NOBODY)) {
      socket.destroy();
      return false;
    }
    if (pipeline.underWay >= MANY) socket.pause();
    if (before === undefined || before.writableEnded) return undefined;
    return new Promise((resolve) => before.once('close', resolve));
  }

  #left(response: ServerResponse): void {
    const { socket } = response.req;
    const pipeline = this.#pipelines.get(socket);
    if (pipeline === undefined) return;
    pipeline.underWay -= 1;
    // An answer that is kept here until the next request comes is old by then, and what refers to it with it.
    if (pipeline.latest === response) pipeline.latest = undefined;
    if (pipeline.underWay === MANY - 1) socket.resume();
  }
}
