/**
 * Requests under way, on each socket and in all. Those that come before the ones before them are answered are dealt with
 * in that order, and whoever sends them without end waits, or loses the connection.
 */

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Under way on one socket before no more is read of it. What has been read may hold some hundreds of others. */
const MANY = 16;

/** Under way on one socket at the most: of one that has proven who it is; of any other, and of all while there are many. */
const MOST = 1_000;
const MOST_OF_NOBODY = 16;

/** On all sockets together: each takes some 10 KB. */
const MANY_IN_ALL = 5_000;

interface Pipeline {
  latest: ServerResponse | undefined;
  underWay: number;
}

export class Pipelines {
  readonly #pipelines = new WeakMap<Socket, Pipeline>();
  readonly #waiting = new Set<() => void>();
  #underWay = 0;
  /** One for all requests: a closure for each would cost more than all the rest. */
  readonly #closed: (this: ServerResponse) => void;

  constructor() {
    const left = (response: ServerResponse): void => this.#left(response);
    this.#closed = function () {
      left(this);
    };
  }

  get underWay(): number {
    return this.#underWay;
  }

  /**
   * @param isProven whether the socket is somebody's whom we know.
   * @returns resolves when it is this one's turn; undefined: it is at once; false: never, as there are too many.
   */
  enter(response: ServerResponse, isProven: boolean): Promise<void> | undefined | false {
    const { socket } = response.req;
    const pipeline = this.#pipelines.get(socket) ?? this.#begin(socket);
    const before = pipeline.latest;
    pipeline.latest = response;
    pipeline.underWay += 1;
    this.#underWay += 1;
    response.on('close', this.#closed);
    if (pipeline.underWay > (isProven && this.#underWay <= MANY_IN_ALL ? MOST : MOST_OF_NOBODY)) {
      socket.destroy();
      return false;
    }
    if (pipeline.underWay >= MANY) socket.pause();
    if (before === undefined || before.writableEnded) return undefined;
    return new Promise((resolve) => before.once('close', resolve));
  }

  /** Resolves when none is under way. */
  async idle(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #begin(socket: Socket): Pipeline {
    const pipeline = { latest: undefined, underWay: 0 };
    this.#pipelines.set(socket, pipeline);
    // Answers whose turn has not come hear nothing of the end of their socket.
    socket.once('close', () => {
      this.#pipelines.delete(socket);
      this.#less(pipeline.underWay);
    });
    return pipeline;
  }

  #left(response: ServerResponse): void {
    const { socket } = response.req;
    const pipeline = this.#pipelines.get(socket);
    if (pipeline === undefined) return;
    pipeline.underWay -= 1;
    // An answer that is kept here until the next request comes is old by then, and what refers to it with it.
    if (pipeline.latest === response) pipeline.latest = undefined;
    if (pipeline.underWay === MANY - 1) socket.resume();
    this.#less(1);
  }

  #less(count: number): void {
    this.#underWay -= count;
    if (this.#underWay > 0) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
