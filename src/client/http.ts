/** One HTTP request as an operation of the protocol: sent, waited for, its reply or error parsed. */
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import {
  ClosedError,
  messageOf,
  ProtocolError,
  reasonOf,
  type StreamSeaError,
  TimeoutError,
} from '../errors';
import { MAX_BODY_BYTES } from '../protocol/constants';
import { parseJson } from '../protocol/json';
import { type Operation, operations, pathOf } from '../protocol/operations';
import { publishBody } from '../protocol/publish-body';
import { replyError } from '../protocol/reply-error';
import { say } from '../sentences';
import type { Clock } from './clock';
import { Fifo } from './fifo';
import { codeOf, networkError } from './network-errors';
import { MAX_SOCKETS, type RequestLine } from './transport';

/** What sends requests; a {@link Transport} does. */
export interface Requester {
  readonly where: string;
  request(line: RequestLine): ClientRequest;
}

export interface HttpApiOptions {
  readonly transport: Requester;
  /** The `Authorization` header. @throws StreamSeaError when the credentials are of no use here. */
  readonly authorize: () => string;
  /** Milliseconds for a whole exchange, from the first byte sent to the last received. */
  readonly requestTimeout: number;
  readonly clock: Clock;
}

/** What sets a publish apart from all other operations. */
interface Manner {
  /** Whether the server may be asked twice without harm. */
  readonly harmlessTwice: boolean;
  /** Whether what a 200 says is of no interest (P4). */
  readonly ignoresAnswer: boolean;
}

const PUBLISH: Manner = { harmlessTwice: false, ignoresAnswer: true };
const OTHERS: Manner = { harmlessTwice: true, ignoresAnswer: false };

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

export class HttpApi {
  readonly #options: HttpApiOptions;
  /** Requests that wait for one of the sockets, oldest first. */
  readonly #queue = new Fifo<() => void>();
  /**
   * How each request that is out can be ended. No Set: its tables point to the table that took their place, so that one
   * that became old garbage held on to all later ones, and to what hung on their requests, until the next full collection.
   */
  readonly #out: ((error: StreamSeaError) => void)[] = [];
  #free = MAX_SOCKETS;
  /** Of the last publish: the next one mostly goes to the same stream. */
  #publishing = { stream: '', path: pathOf(operations.publish, '') };
  #closed: ClosedError | undefined;

  constructor(options: HttpApiOptions) {
    this.#options = options;
  }

  /** Publishes messages that are JSON text already. One attempt; the line decides about others. */
  async publish(stream: string, messages: readonly string[]): Promise<void> {
    if (stream !== this.#publishing.stream) {
      this.#publishing = { stream, path: pathOf(operations.publish, stream) };
    }
    const { path } = this.#publishing;
    await this.#exchange(operations.publish, stream, path, publishBody(messages), PUBLISH);
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
    body?: unknown,
  ): Promise<Result> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const path = pathOf(operation, parameter);
    const reply = await this.#exchange(operation, parameter, path, text, OTHERS);
    return parseReply(operation, reply.text);
  }

  /** Ends every request that is out; each hands its turn to one that waits, which finds that it is over. */
  close(): void {
    this.#closed = new ClosedError(say('closed.unanswered'));
    for (const end of [...this.#out]) end(this.#closed);
  }

  async #exchange(
    operation: Operation<unknown, unknown>,
    parameter: string | undefined,
    path: string,
    body: string | Buffer | undefined,
    manner: Manner,
  ): Promise<Reply> {
    const line = { method: operation.method, path, headers: this.#headers(body, manner) };
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn();
    try {
      if (this.#closed !== undefined) throw this.#closed;
      const reply = await this.#send(line, body, manner);
      if (reply.status === 200) return reply;
      const context = { operation: operation.name, subject: parameter, retryAfter: reply.retryAfter };
      throw replyError(reply.status, reply.text, { ...context, now: this.#options.clock.now() });
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  /**
   * Waits for the turn of another. Counted here and not by the agent's `maxSockets`: an agent's own queue cannot be
   * emptied, and closing would make it open new sockets for requests that were given up.
   */
  #turn(): Promise<void> {
    return new Promise((resolve) => this.#queue.push(resolve));
  }

  #headers(body: string | Buffer | undefined, { ignoresAnswer }: Manner): OutgoingHttpHeaders {
    const authorization = this.#options.authorize();
    const json = 'application/json';
    if (body === undefined) return { authorization, accept: json };
    const headers = { authorization, 'content-type': json, 'content-length': Buffer.byteLength(body) };
    return ignoresAnswer ? headers : { ...headers, accept: json };
  }

  #send(line: RequestLine, body: string | Buffer | undefined, manner: Manner): Promise<Reply> {
    const { transport, clock, requestTimeout } = this.#options;
    const { where } = transport;
    return new Promise((resolve, reject) => {
      const request = transport.request(line);
      const over = (): void => {
        cancel();
        const at = this.#out.indexOf(fail);
        if (at !== -1) this.#out.splice(at, 1);
      };
      const fail = (error: StreamSeaError): void => {
        over();
        request.destroy();
        reject(error);
      };
      const cancel = clock.setTimeout(
        () => fail(new TimeoutError(say('timeout.answer', { where, seconds: requestTimeout / 1000 }))),
        requestTimeout,
      );
      this.#out.push(fail);
      let answering = false;
      request.on('error', (thrown) => {
        // The server had closed this idle socket, and we had not heard of it yet: it never saw the request.
        if (manner.harmlessTwice && request.reusedSocket && !answering && codeOf(thrown) === 'ECONNRESET') {
          over();
          resolve(this.#send(line, body, { ...manner, harmlessTwice: false }));
        } else fail(networkError(thrown, where));
      });
      request.on('response', (response) => {
        answering = true;
        const ignored = manner.ignoresAnswer && response.statusCode === 200;
        readReply(response, where, !ignored).then((reply) => {
          over();
          resolve(reply);
        }, fail);
      });
      // Left to itself, Node destroys the socket without a word, and only the deadline would tell.
      request.on('upgrade', (_response, socket) => {
        socket.destroy();
        fail(new ProtocolError(say('protocol.upgrade', { where })));
      });
      request.end(body);
    });
  }
}

/** Without `keep` its text is empty: neither kept nor decompressed, yet no longer than any may be. */
async function readReply(response: IncomingMessage, where: string, keep: boolean): Promise<Reply> {
  const body = await readBody(response, where, keep);
  const text = body === undefined ? '' : await decode(body, response.headers['content-encoding'], where);
  return { status: response.statusCode ?? 0, text, retryAfter: response.headers['retry-after'] };
}

function readBody(response: IncomingMessage, where: string, keep: boolean): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) reject(tooLarge(where));
      else if (keep) chunks.push(chunk);
    });
    response.on('end', () => resolve(keep ? Buffer.concat(chunks) : undefined));
    // An answer that breaks off in the middle is an error too.
    response.on('error', (thrown) => reject(networkError(thrown, where)));
  });
}

const decoders = { gzip: promisify(gunzip), 'x-gzip': promisify(gunzip), deflate: promisify(inflate) };

async function decode(body: Buffer, encoding: string | undefined, where: string): Promise<string> {
  const name = (encoding ?? 'identity').toLowerCase();
  if (name === 'identity' || body.length === 0) return body.toString();
  if (!isDecodable(name)) throw new ProtocolError(say('protocol.encoding', { where }));
  try {
    return (await decoders[name](body, { maxOutputLength: MAX_BODY_BYTES })).toString();
  } catch (thrown) {
    if (codeOf(thrown) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(where);
    throw new ProtocolError(say('protocol.decoding', { encoding: name, where, reason: messageOf(thrown) }));
  }
}

function isDecodable(name: string): name is keyof typeof decoders {
  return Object.hasOwn(decoders, name);
}

function tooLarge(where: string): ProtocolError {
  return new ProtocolError(say('protocol.tooLarge', { where, bytes: MAX_BODY_BYTES }));
}

function parseReply<Result>(operation: Operation<unknown, Result>, text: string): Result {
  let body: unknown;
  let broken: unknown;
  try {
    body = text === '' ? undefined : parseJson(text);
  } catch (thrown) {
    broken = thrown;
  }
  try {
    // Asked even when it is not JSON: the answer to a publish is ignored, whatever it is.
    return operation.parseReply(body);
  } catch (thrown) {
    const reason = reasonOf(broken ?? thrown);
    throw new ProtocolError(say('protocol.answer', { operation: operation.name, reason }));
  }
}
