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
  latest: ServerResponse;
  underWay: number;
}

export class Pipelines {
  readonly #pipelines = new WeakMap<Socket, Pipeline>();

  /**
   * @param isProven whether the socket is somebody's whom we know.
   * @returns resolves when it is this one's turn; undefined: it is at once; false: never, as there are too many.
   */
  enter(socket: Socket, response: ServerResponse, isProven: boolean): Promise<void> | undefined | false {
    const pipeline = this.#pipelines.get(socket) ?? { latest: response, underWay: 0 };
    const before = pipeline.underWay === 0 || pipeline.latest.writableEnded ? undefined : pipeline.latest;
    this.#pipelines.set(socket, pipeline);
    pipeline.latest = response;
    pipeline.underWay += 1;
    response.once('close', () => {
      pipeline.underWay -= 1;
      if (pipeline.underWay === MANY - 1) socket.resume();
    });
    if (pipeline.underWay > (isProven ? MOST : MOST_OF_NOBODY)) {
      socket.destroy();
      return false;
    }
    if (pipeline.underWay >= MANY) socket.pause();
    return before && new Promise((resolve) => before.once('close', resolve));
  }
}
