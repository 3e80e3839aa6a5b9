/** What a client asks of the server, a request each: schemas, their versions, clients and jails, and any other operation. */
import type { Operation } from '../protocol/operations';
import type { Definition } from '../protocol/schema';
import type { Version } from '../protocol/versions';
import { Administration } from './administration';
import type { Outbound } from './outbound';

export abstract class Requests {
  /** The server's clients and jails. */
  readonly administration = new Administration(this);

  /** @throws ClosedError */
  protected abstract get asked(): Outbound;

  /** The stream's schema; `null` when there is no such stream. Rejects as {@link request} does. */
  async describe(stream: string): Promise<Definition | null> {
    return this.asked.describe(stream);
  }

  /**
   * Writes a schema (P15) and resolves with what was written.
   *
   * @param stream the stream it is for, when the definition has no name of its own; else they must be equal.
   * @throws (rejects with) SchemaError that lists every mistake; else as {@link request} does.
   */
  async define(definition: unknown, stream?: string): Promise<Definition> {
    return this.asked.define(definition, stream);
  }

  /** The versions of the streams' schemas, in the order asked; `null` for a stream that does not exist. */
  async versions(streams: readonly string[]): Promise<(Version | null)[]> {
    return this.asked.versions(streams);
  }

  /**
   * Any operation of the protocol, one attempt (P4).
   *
   * @throws (rejects with) CredentialsError for status 401, ReplyError for any other than 200, NetworkError,
   * TimeoutError, ProtocolError for an answer that cannot be understood, SettingError without a client secret.
   */
  async request<Body, Reply>(
    operation: Operation<Body, Reply>,
    parameter?: string,
    body?: unknown,
  ): Promise<Reply> {
    return this.asked.request(operation, parameter, body);
  }
}
