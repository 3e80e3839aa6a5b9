/** A connection to a server that says what a test says, on a clock that the test holds. */

import assert from 'node:assert/strict';
import { Connection } from '../../../../src/client/connection/connection';
import type { ServerSubscription } from '../../../../src/client/connection/server-subscriptions';
import { Transport } from '../../../../src/client/http/transport';
import { Secrets } from '../../../../src/client/identity/secrets';
import type { StreamSeaError } from '../../../../src/errors';
import type { Authentication } from '../../../../src/protocol/frames';
import { FakeClock, settled } from '../../../support/clock';
import { type Peer, type RawServer, startRawServer } from '../../../support/network/raw-server';
import { until } from '../../../support/until';

export const SECRET = 'never-to-be-shown';
export const BASIC: Authentication = { type: 'basic', clientId: 'gauge', clientSecret: SECRET };

export const secrets = new Secrets({ clientId: 'gauge', clientSecret: SECRET });

/** A server subscription that remembers. */
export class Heard implements ServerSubscription {
  readonly stream: string;
  readonly all: unknown[] = [];

  constructor(stream: string) {
    this.stream = stream;
  }

  answered(): void {
    this.all.push('answered');
  }

  refused(error: StreamSeaError): void {
    this.all.push(['refused', error.message]);
  }

  delivered(message: unknown): void {
    this.all.push(message);
  }
}

export class Bench {
  server: RawServer;
  readonly clock = new FakeClock();
  readonly events: unknown[] = [];
  readonly ends: StreamSeaError[] = [];
  readonly problems: StreamSeaError[] = [];
  readonly opened: Connection[] = [];
  transport: Transport;
  authenticate: () => Authentication | Promise<Authentication> = () => BASIC;

  private constructor(server: RawServer) {
    this.server = server;
    this.transport = this.transportTo(server.url);
  }

  static async start(): Promise<Bench> {
    return new Bench(await startRawServer());
  }

  async close(): Promise<void> {
    this.clock.advance(2_000);
    await Promise.all(this.opened.map((connection) => connection.close()));
    this.transport.close();
    assert.equal(this.clock.pending, 0, 'a timer is left');
  }

  transportTo(url: string, tls = {}): Transport {
    return new Transport({
      url: new URL(url),
      tls,
      proxy: undefined,
      agent: undefined,
      connectTimeout: 15_000,
      clock: this.clock,
      secrets,
    });
  }

  open(): Connection {
    const connection = new Connection(
      {
        transport: this.transport,
        authenticate: () => this.authenticate(),
        connectTimeout: 15_000,
        authenticateTimeout: 10_000,
        silenceTimeout: 75_000,
        clock: this.clock,
        secrets,
        problem: (error) => this.problems.push(error),
      },
      {
        opened: () => this.events.push('opened'),
        authenticated: (jailId) => this.events.push(['authenticated', jailId]),
        ended: (why) => this.ends.push(why),
      },
    );
    this.opened.push(connection);
    return connection;
  }

  /** Opened and let in. */
  async ready(): Promise<{ connection: Connection; peer: Peer }> {
    const connection = this.open();
    const peer = await this.server.welcome();
    await until(() => this.events.length === 2, 'authentication');
    return { connection, peer };
  }

  async ended(): Promise<StreamSeaError> {
    await until(() => this.ends.length > 0, 'the end');
    await settled();
    assert.equal(this.ends.length, 1, 'ended more than once');
    const [why] = this.ends;
    assert.ok(why);
    assert.ok(!why.message.includes(SECRET));
    return why;
  }
}
