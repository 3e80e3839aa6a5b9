/** A server's way in at a mount: sockets of another program, some of whose requests are for us. */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Lobby } from './lobby';
import type { Mount } from './mount';

export interface DoorParts {
  readonly mount: Mount;
  readonly lobby: Lobby;
  readonly request: RequestListener;
  /** A request for a WebSocket. The socket is heard for errors. */
  readonly upgrade: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
}

export class Door {
  readonly #parts: DoorParts;
  readonly #close: () => void;
  /** Sockets that are ours alone. */
  readonly #upgraded = new Set<Socket>();
  readonly #underWay = new Set<ServerResponse>();

  /** @throws ListenError when there is another server at the mount. */
  constructor(parts: DoorParts) {
    this.#parts = parts;
    this.#close = parts.mount.open({
      request: (request, response) => this.#serve(request, response),
      upgrade: (request, socket, head) => this.#upgrade(request, socket, head),
    });
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { lobby } = this.#parts;
    const { socket } = request;
    lobby.enter(socket);
    if (socket.destroyed) return;
    this.#underWay.add(response);
    response.once('close', () => {
      this.#underWay.delete(response);
      // What comes on it next, a proxy's perhaps, may be for the other program: it is not to be cut for our want of a proof.
      if (!this.#upgraded.has(socket)) lobby.leave(socket);
    });
    this.#parts.request(request, response);
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#upgraded.add(socket);
    socket.once('close', () => this.#upgraded.delete(socket));
    this.#parts.lobby.enter(socket);
    if (!socket.destroyed) this.#parts.upgrade(request, socket, head);
  }

  /** Nobody comes in any more. */
  close(): void {
    this.#close();
  }

  /** Ends all that are here. Those of the other program's that are idle are left to it. */
  destroySockets(): void {
    for (const socket of this.#upgraded) socket.destroy();
    for (const response of this.#underWay) response.destroy();
  }
}
