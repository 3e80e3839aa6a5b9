/** The server inside this Node-RED: listens until it is closed, and tries again when it cannot. */

import { access, constants, mkdir } from 'node:fs/promises';
import { messageOf } from '../../../src/errors';
import { type EmbeddedServer, Mount, SettingError, startServer } from '../../../src/index';
import type { KnownSchemas, SchemaListener } from '../../shared/server-node';
import type { EmbeddedSettings } from '../settings';
import { EmbeddedAgent } from './embedded-agent';

const RETRY_INTERVAL = 5_000;

/** What its node wants to know. */
export interface HostEvents {
  /** It cannot listen: told once, and again when the reason is another. It goes on trying. */
  failed(error: unknown): void;
  /** Something is wrong in the server itself. */
  fault(error: unknown): void;
  warning: NonNullable<EmbeddedSettings['onWarning']>;
  /** Its folder cannot be written to: all is kept in memory only. */
  forgetful(folder: string, reason: string): void;
}

export interface HostWaits {
  /** Before it begins: its predecessor lets go of the port and the folder. */
  readonly first?: Promise<void> | undefined;
  /** Another may still have what this one needs: until then, a failure says nothing. */
  readonly free?: Promise<void> | undefined;
}

/** Kept for a server that is to come, and for nobody else. */
export function mountFor({ mountPoint }: EmbeddedSettings): Mount | undefined {
  return mountPoint && new Mount(mountPoint.server, mountPoint.path);
}

export class EmbeddedHost implements KnownSchemas {
  readonly settings: EmbeddedSettings;
  /** Connects clients to it. */
  readonly agent: EmbeddedAgent;
  readonly #mount: Mount | undefined;
  #events: HostEvents;
  #server: Promise<EmbeddedServer>;
  /** While it listens. */
  #running: EmbeddedServer | undefined;
  readonly #schemaListeners = new Set<SchemaListener>();
  #failure = '';
  #forgets = false;
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(settings: EmbeddedSettings, events: HostEvents, waits: HostWaits = {}) {
    this.settings = settings;
    this.#events = events;
    this.#mount = mountFor(settings);
    this.#server = this.#listen(waits);
    this.agent = new EmbeddedAgent(() => this.url());
  }

  /** Another node has it from now on. */
  set events(events: HostEvents) {
    this.#events = events;
  }

  /** Whether anybody can connect now. */
  get listens(): boolean {
    return this.#running !== undefined;
  }

  /** Where it listens; rejects with the reason while it does not. A client asks anew at each connect. */
  url(): Promise<string> {
    return this.#server.then((server) => server.url);
  }

  /** The server itself; rejects with the reason while it does not listen. */
  server(): Promise<EmbeddedServer> {
    return this.#server;
  }

  hasSchema(stream: string): boolean | undefined {
    return this.#running?.hasSchema(stream);
  }

  onSchema(listener: SchemaListener): () => void {
    this.#schemaListeners.add(listener);
    return () => this.#schemaListeners.delete(listener);
  }

  /** Ends its clients' sockets too. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#running = undefined;
    clearTimeout(this.#timer);
    this.agent.destroy();
    const server = await this.#server.catch(() => undefined);
    await server?.close().catch((error: unknown) => this.#events.fault(error));
    this.#mount?.giveUp();
  }

  #listen(waits: HostWaits = {}): Promise<EmbeddedServer> {
    const server = this.#startAfter(waits);
    server.then(
      (running) => {
        if (this.#closing !== undefined) return;
        this.#running = running;
        this.#failure = '';
        this.#tell();
      },
      (error: unknown) => this.#failed(error),
    );
    return server;
  }

  #tell(stream?: string): void {
    for (const listener of [...this.#schemaListeners]) {
      try {
        listener(stream);
      } catch (error) {
        // It would keep the others from hearing, and as the server starts, end Node-RED.
        this.#events.fault(error);
      }
    }
  }

  #failed(error: unknown): void {
    if (this.#closing !== undefined) return;
    const failure = messageOf(error);
    if (failure !== this.#failure) this.#events.failed(error);
    this.#failure = failure;
    // Settings stay as wrong as they are.
    if (error instanceof SettingError) return;
    this.#timer = setTimeout(() => {
      this.#server = this.#listen();
    }, RETRY_INTERVAL);
  }

  async #startAfter({ first, free }: HostWaits): Promise<EmbeddedServer> {
    await first;
    try {
      return await this.#start();
    } catch (error) {
      if (free === undefined) throw error;
      await free;
      return this.#start();
    }
  }

  async #start(): Promise<EmbeddedServer> {
    const { drawn, store, mountPoint, ...options } = this.settings;
    return startServer({
      ...options,
      ...(this.#mount && { mount: this.#mount }),
      ...(store && (await this.#canKeep(store.folder)) && { store: { ...store, isOurs: true } }),
      // Of those that were there before, all are told at once.
      onSchema: (stream) => this.#running && this.#tell(stream),
      onError: (error) => this.#events.fault(error),
      onWarning: (message, sentence) => this.#events.warning(message, sentence),
    });
  }

  /** Where nothing can be written, a server that forgets is better than none. */
  async #canKeep(folder: string): Promise<boolean> {
    try {
      await mkdir(folder, { recursive: true });
      await access(folder, constants.W_OK);
      return true;
    } catch (error) {
      if (!this.#forgets) this.#events.forgetful(folder, messageOf(error));
      this.#forgets = true;
      return false;
    }
  }
}
