/** The server inside this Node-RED: listens for as long as its node lives, and tries again when it cannot. */

import { type EmbeddedServer, type ServerOptions, startServer } from '../../src/index';

/** A port is mostly taken by our own predecessor, who lets go within seconds. */
const RETRY_INTERVAL = 5_000;

export class EmbeddedHost {
  readonly #options: ServerOptions;
  readonly #onFailure: (error: unknown) => void;
  #server: Promise<EmbeddedServer>;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param onFailure told each time listening fails, with a ListenError; another try follows by itself. */
  constructor(options: ServerOptions, onFailure: (error: unknown) => void) {
    this.#options = options;
    this.#onFailure = onFailure;
    this.#server = this.#listen();
  }

  /** Where it listens; rejects with the reason while it does not. A client asks anew at each connect. */
  url(): Promise<string> {
    return this.#server.then((server) => server.url);
  }

  /** The server itself; rejects with the reason while it does not listen. */
  server(): Promise<EmbeddedServer> {
    return this.#server;
  }

  /** Ends its clients' sockets too. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const server = await this.#server.catch(() => undefined);
    await server?.close();
  }

  #listen(): Promise<EmbeddedServer> {
    const server = startServer(this.#options);
    server.catch((error: unknown) => {
      if (this.#closed) return;
      this.#onFailure(error);
      this.#timer = setTimeout(() => {
        this.#server = this.#listen();
      }, RETRY_INTERVAL);
    });
    return server;
  }
}
