/** What a client asks its server over HTTP: one attempt each, and an answer or an error. */
import type { Operation } from '../protocol/http/operations';
import type { Definition } from '../protocol/schema/schema';
import type { Version } from '../protocol/schema/versions';
import { Administration, type Ask } from './administration';
import * as given from './arguments';
import type { CallOptions, DefineOptions } from './common/call';

/** The part of a {@link Client} that needs no connection, and keeps nothing. */
export class Requests {
  /** The server's clients and jails. */
  readonly administration: Administration;
  readonly #ask: Ask;

  /** @internal */
  constructor(ask: Ask) {
    this.#ask = ask;
    this.administration = new Administration(ask);
  }

  /** The stream's schema; `null` when there is no such stream. Rejects as {@link request} does. */
  async describe(stream: string, options?: CallOptions): Promise<Definition | null> {
    const name = given.stream(stream);
    return this.#ask(options, (outbound, call) => outbound.describe(name, call));
  }

  /**
   * Writes a schema (P15) and resolves with what was written.
   *
   * @throws (rejects with) SchemaError that lists every mistake; else as {@link request} does.
   */
  async define(definition: unknown, options?: DefineOptions): Promise<Definition> {
    const parsed = given.definition(definition, options?.stream);
    return this.#ask(options, (outbound, call) => outbound.define(parsed, call));
  }

  /** The versions of the streams' schemas, in the order asked; `null` for a stream that does not exist. */
  async versions(streams: readonly string[], options?: CallOptions): Promise<(Version | null)[]> {
    const names = given.streams(streams);
    return this.#ask(options, (outbound, call) => outbound.versions(names, call));
  }

  /**
   * The same, asked by the way, for who only shows it: that it fails is held against neither the server nor the
   * credentials, and keeps nobody from publishing.
   *
   * @internal
   */
  async lookUpVersions(streams: readonly string[], options?: CallOptions): Promise<(Version | null)[]> {
    const names = given.streams(streams);
    return this.#ask(options, (outbound, call) => outbound.lookUpVersions(names, call));
  }

  /**
   * Any operation of the protocol, one attempt (P4).
   *
   * @throws (rejects with) CredentialsError for status 401, ReplyError for any other than 200, NetworkError,
   * TimeoutError, ProtocolError for an answer that cannot be understood, SettingError without a client secret,
   * ClosedError; TimeoutError, AbortedError by its options, with `sent`.
   */
  async request<Body, Reply>(
    operation: Operation<Body, Reply>,
    parameter?: string,
    body?: unknown,
    options?: CallOptions,
  ): Promise<Reply> {
    given.operation(operation, parameter);
    return this.#ask(options, (outbound, call) => outbound.request(operation, parameter, body, call));
  }
}
