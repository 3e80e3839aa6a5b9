/** Engines on one NATS server of a suite: each test has a sea of its own, and whatever it opened is closed after it. */
import { after, afterEach, before } from 'mocha';
import type { Engine } from '../../../src/engine/engine';
import {
  createJetStreamEngine,
  type JetStreamEngineOptions,
} from '../../../src/engine/jetstream/jetstream-engine';
import { NatsConnection } from '../../../src/engine/jetstream/nats/nats-connection';
import { limitsOf } from '../../engine/contract/limits';
import { type NatsServer, startNats } from './nats';

let seas = 0;

export class NatsSea {
  #server: NatsServer | undefined;
  #prefix = '';
  readonly #opened: { close(): Promise<void> }[] = [];

  /** To be called within a `describe`. */
  constructor(start: () => Promise<NatsServer> = startNats) {
    before(async () => {
      this.#server = await start();
    });
    afterEach(async () => {
      await Promise.all(this.#opened.splice(0).map((one) => one.close()));
      this.#prefix = '';
    });
    after(() => this.#server?.dispose());
  }

  get server(): NatsServer {
    if (this.#server === undefined) throw new Error('The server has not been started.');
    return this.#server;
  }

  /** The same for all engines of one test. */
  get prefix(): string {
    if (this.#prefix === '') {
      seas += 1;
      this.#prefix = `sea${seas}`;
    }
    return this.#prefix;
  }

  /** One more engine of this test's sea. */
  async open(options: Partial<JetStreamEngineOptions> = {}): Promise<Engine> {
    const engine = await createJetStreamEngine({
      servers: [this.server.url],
      prefix: this.prefix,
      limits: limitsOf(),
      ackWait: 1_000,
      ...options,
    });
    this.#opened.push(engine);
    return engine;
  }

  async connect(): Promise<NatsConnection> {
    const connection = await NatsConnection.open({
      servers: [this.server.url],
      credentials: {},
      now: Date.now,
    });
    this.#opened.push(connection);
    return connection;
  }
}
