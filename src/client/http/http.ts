/** HTTP requests as operations of the protocol: so many at once, their replies and errors parsed. */
import type { OutgoingHttpHeaders } from 'node:http';
import { ClosedError, ProtocolError, reasonOf } from '../../errors';
import { type Operation, operations, pathOf } from '../../protocol/http/operations';
import { publishBody } from '../../protocol/http/publish-body';
import { replyError } from '../../protocol/http/reply-error';
import { parseJson } from '../../protocol/json';
import { say } from '../../sentences';
import type { Call } from '../common/call';
import { Fifo } from '../common/fifo';
import { beginsAsPage, pageError } from './answer';
import { type Asked, type Reply, RoundTrip, type RoundTripSettings } from './round-trip';
import { MAX_SOCKETS } from './transport';

export interface HttpApiOptions extends RoundTripSettings {
  /** The `Authorization` header. @throws StreamSeaError when the credentials are of no use here. */
  readonly authorize: () => string;
}

/** What may go with a request. */
export interface RequestOptions {
  readonly body?: unknown;
  /** Why it is not to be sent any more, if so: it may have to wait for a socket. */
  readonly barred?: Asked['barred'] | undefined;
  readonly call?: Call | undefined;
}

const never: Asked['barred'] = () => undefined;

export class HttpApi {
  readonly #options: HttpApiOptions;
  /** Requests that wait for one of the sockets, oldest first. */
  readonly #queue = new Fifo<() => void>();
  /**
   * The requests that are out. No Set: its tables point to the table that took their place, so that one
   * that became old garbage held on to all later ones, and to what hung on their requests, until the next full collection.
   */
  readonly #out: RoundTrip[] = [];
  readonly #over: (trip: RoundTrip) => void;
  #free = MAX_SOCKETS;
  /** Of the last publish: the next one mostly goes to the same stream. */
  #publishing = { stream: '', path: pathOf(operations.publish, '') };
  #closed: ClosedError | undefined;
  readonly #drained: (() => void)[] = [];

  constructor(options: HttpApiOptions) {
    this.#options = options;
    this.#over = (trip) => {
      this.#out.splice(this.#out.indexOf(trip), 1);
    };
  }

  /**
   * Publishes messages that are JSON text already. One attempt; the line decides about others.
   */
  async publish(
    stream: string,
    messages: readonly string[],
    barred?: RequestOptions['barred'],
  ): Promise<void> {
    if (stream !== this.#publishing.stream) {
      this.#publishing = { stream, path: pathOf(operations.publish, stream) };
    }
    const { path } = this.#publishing;
    await this.#exchange(operations.publish, stream, path, { body: publishBody(messages), barred });
  }

  /**
   * Any operation (P4).
   *
   * @throws CredentialsError for 401, ReplyError for every other status than 200, NetworkError, TimeoutError,
   * ProtocolError for a reply that is not what the operation promises.
   */
  async request<Body, Result>(
    operation: Operation<Body, Result>,
    parameter: string | undefined,
    { body, ...options }: RequestOptions = {},
  ): Promise<Result> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const path = pathOf(operation, parameter);
    const reply = await this.#exchange(operation, parameter, path, { ...options, body: text });
    return this.#parse(operation, reply.text);
  }

  /** Resolves when every request that was asked for has its answer. */
  async drained(): Promise<void> {
    if (this.#free < MAX_SOCKETS) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** Ends every request that is out; each hands its turn to one that waits, which finds that it is over. */
  close(): void {
    this.#closed = new ClosedError(say('closed.unanswered'));
    for (const trip of [...this.#out]) trip.fail(this.#closed);
  }

  async #exchange(
    operation: Operation<unknown, unknown>,
    parameter: string | undefined,
    path: string,
    { body, barred = never, call }: RequestOptions & { readonly body: string | Buffer | undefined },
  ): Promise<Reply> {
    const { name, method, ignoresReply = false } = operation;
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn();
    try {
      const why = this.#closed ?? call?.why ?? barred();
      if (why !== undefined) throw why;
      // Not before its turn: the credentials may be others by then.
      const line = { method, path, headers: this.#headers(body, ignoresReply) };
      const reply = await this.#send({ line, body, ignoresReply, barred, over: this.#over }, call);
      if (reply.status === 200) return reply;
      const { clock, secrets } = this.#options;
      throw replyError(reply.status, reply.text, {
        operation: name,
        subject: parameter,
        retryAfter: reply.retryAfter,
        date: reply.date,
        now: clock.now(),
        fitToTell: (text) => secrets.fitToTell(text),
      });
    } finally {
      call?.returned();
      const next = this.#queue.shift();
      if (next !== undefined) next();
      else {
        this.#free += 1;
        if (this.#free === MAX_SOCKETS) for (const resolve of this.#drained.splice(0)) resolve();
      }
    }
  }

  #send(asked: Asked, call?: Call): Promise<Reply> {
    // Answered long since, but still being read: no more of those than of the others.
    if (this.#out.length >= 2 * MAX_SOCKETS) this.#out.find((trip) => trip.isRest)?.drop();
    const trip = new RoundTrip(this.#options, asked);
    this.#out.push(trip);
    call?.leaves(trip);
    return trip.reply;
  }

  /**
   * Waits for the turn of another. Counted here and not by the agent's `maxSockets`: an agent's own queue cannot be
   * emptied, and closing would make it open new sockets for requests that were given up.
   */
  #turn(): Promise<void> {
    return new Promise((resolve) => this.#queue.push(resolve));
  }

  #headers(body: string | Buffer | undefined, ignoresReply: boolean): OutgoingHttpHeaders {
    const authorization = this.#options.authorize();
    const json = 'application/json';
    if (body === undefined) return { authorization, accept: json };
    const headers = { authorization, 'content-type': json, 'content-length': Buffer.byteLength(body) };
    return ignoresReply ? headers : { ...headers, accept: json };
  }

  #parse<Result>(operation: Operation<unknown, Result>, text: string): Result {
    try {
      return parseReply(operation, text);
    } catch (thrown) {
      const { secrets, transport } = this.#options;
      if (beginsAsPage(text)) throw pageError(transport.where);
      const reason = secrets.fitToTell(
        reasonOf(secrets.thrownBy((hidden) => parseReply(operation, hidden), text) ?? thrown),
      );
      throw new ProtocolError(say('protocol.answer', { operation: operation.name, reason }));
    }
  }
}

function parseReply<Result>(operation: Operation<unknown, Result>, text: string): Result {
  // Where the reply is ignored there may be none.
  return operation.parseReply(text === '' ? undefined : parseJson(text));
}
