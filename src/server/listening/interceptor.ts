/**
 * In front of what listens at another program's HTTP server: what is below a path of ours comes to us, and all the rest
 * goes where it would have gone.
 */

import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { API_BASE } from '../../protocol/constants';
import { destroyed, giveBack, isForWebSocket, pathOf } from './incoming';
import { LatestAnswers } from './latest-answers';

/** Whoever has a path, `/flows/stream-sea`: it sees targets as if that were the root. */
export interface Holder {
  readonly path: string;
  /** Of those of the same path, one that is open goes before the others. */
  readonly isOpen: boolean;
  /** A request below its path. */
  request(request: IncomingMessage, response: ServerResponse): void;
  /** The socket is heard for errors. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void;
}

type Listener = (this: Server, ...args: unknown[]) => void;

const interceptors = new WeakMap<Server, Interceptor>();

/** There is one for each server: a second one would have to know what the first has taken. */
export function interceptorAt(server: Server): Interceptor {
  const interceptor = interceptors.get(server) ?? new Interceptor(server);
  interceptors.set(server, interceptor);
  return interceptor;
}

export class Interceptor {
  readonly #server: Server;
  readonly #holders = new Set<Holder>();
  readonly #answers = new LatestAnswers();
  #remove: () => void = () => {};

  constructor(server: Server) {
    this.#server = server;
  }

  get holders(): Iterable<Holder> {
    return this.#holders;
  }

  add(holder: Holder): void {
    if (this.#holders.size === 0) this.#remove = this.#install();
    this.#holders.add(holder);
  }

  remove(holder: Holder): void {
    if (this.#holders.delete(holder) && this.#holders.size === 0) this.#remove();
  }

  /**
   * An event cannot be kept from its other listeners, and a framework answers whatever it gets: so they are called from
   * here. That is what engine.io does, too, which may come before or after us.
   *
   * @returns puts them back in their place.
   */
  #install(): () => void {
    const server = this.#server;
    const others = server.rawListeners('request') as Listener[];
    const interceptor = (request: IncomingMessage, response: ServerResponse): void => {
      this.#answers.note(response);
      const holder = this.#holderOf(request);
      if (holder === undefined) {
        for (const other of others) Reflect.apply(other, server, [request, response]);
        return;
      }
      request.url = below(request, holder);
      holder.request(request, response);
    };
    listenAlone(server, [interceptor]);
    server.prependListener('upgrade', this.#upgrade);
    return () => {
      server.off('upgrade', this.#upgrade);
      const listeners = server.rawListeners('request') as Listener[];
      const at = listeners.indexOf(interceptor as Listener);
      // Else somebody else has it in front of its own others by now, where it lets everything pass.
      if (at >= 0) listenAlone(server, listeners.toSpliced(at, 1, ...others));
    };
  }

  readonly #upgrade = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
    const holder = this.#holderOf(request);
    if (holder !== undefined && isForWebSocket(request)) {
      // Nobody else listens now: an unheard error would end the process.
      socket.on('error', destroyed);
      request.url = below(request, holder);
      holder.upgrade(request, socket, head);
      // Others hear of it after us, and may have something at the very path, as a flow's WebSocket node: two on one socket
      // would write into each other's frames. Nobody has this.
      request.url = `${holder.path}${API_BASE}//`;
      return;
    }
    // Were it not for us, Node would take an offer that nobody listens to for a request like any other.
    if (holder === undefined && this.#server.listenerCount('upgrade') > 1) return;
    socket.on('error', destroyed);
    this.#answers.after(socket, () => giveBack(this.#server, request, socket, head));
  };

  #holderOf(request: IncomingMessage): Holder | undefined {
    const target = pathOf(request.url);
    let found: Holder | undefined;
    for (const holder of this.#holders) {
      if (!target.startsWith(`${holder.path}${API_BASE}/`)) continue;
      if (found === undefined || holder.isOpen) found = holder;
    }
    return found;
  }
}

function below({ url }: IncomingMessage, { path }: Holder): string {
  return pathOf(url).slice(path.length);
}

function listenAlone(server: Server, listeners: readonly (RequestListener | Listener)[]): void {
  server.removeAllListeners('request');
  for (const listener of listeners) server.on('request', listener as RequestListener);
}
