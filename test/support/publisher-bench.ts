/** A publisher whose requests a test answers, by stream. */

import { Schemas } from '../../src/client/http/schemas';
import { memoryOutbox, type Outbox } from '../../src/client/outbox/outbox';
import { Health } from '../../src/client/publish/health';
import { Publisher, type PublisherOptions } from '../../src/client/publish/publisher';
import type { StreamSeaError } from '../../src/errors';
import type { Definition } from '../../src/protocol/schema/schema';
import { FakeClock } from './clock';

const SCHEMA: Definition = { name: 's', version: 1, fields: [{ name: 'n', type: 'integer' }] };

export class Bench {
  readonly clock = new FakeClock();
  readonly sent: { stream: string; texts: readonly string[] }[] = [];
  readonly counts: number[] = [];
  readonly problems: StreamSeaError[] = [];
  described = 0;
  describe: () => Promise<Definition | null> = async () => SCHEMA;
  refusal: StreamSeaError | undefined;
  /** Answers by itself, unless a test takes over. */
  server: (stream: string, texts: readonly string[]) => Promise<void> = async () => {};
  readonly schemas = new Schemas({
    clock: this.clock,
    fetch: () => {
      this.described += 1;
      return this.describe();
    },
    problem: (error) => this.problems.push(error),
  });
  readonly health: Health = new Health({
    clock: this.clock,
    random: () => 0.5,
    backoff: { first: 1_000, max: 60_000 },
    refusedFor: 300_000,
    changed: () => this.publisher.newsForAll(),
  });
  mayFollow = true;
  readonly outbox: Outbox;
  readonly publisher: Publisher;

  constructor(options: Partial<PublisherOptions> = {}) {
    this.outbox = options.outbox ?? memoryOutbox;
    this.publisher = new Publisher({
      clock: this.clock,
      random: () => 0.5,
      backoff: { first: 1_000, max: 60_000 },
      batch: { messages: 500, bytes: 1_000_000 },
      retry: true,
      queueLimit: 5,
      whenFull: 'refuse',
      maxAge: 0,
      health: this.health,
      mayFollow: () => this.mayFollow,
      replays() {},
      outbox: this.outbox,
      schemas: this.schemas,
      send: (stream, texts, { barred }) => {
        const why = barred();
        if (why !== undefined) return Promise.reject(why);
        this.sent.push({ stream, texts });
        return this.server(stream, texts);
      },
      refusal: () => this.refusal,
      changed: () => {
        // Told of what is waited for, too.
        if (this.counts.at(-1) !== this.publisher.queued) this.counts.push(this.publisher.queued);
      },
      problem: (error) => this.problems.push(error),
      ...options,
    });
  }

  get texts(): string[] {
    return this.sent.flatMap(({ texts }) => texts);
  }

  hang(): void {
    this.server = () => new Promise(() => {});
  }
}
