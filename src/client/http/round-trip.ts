/** One request and its answer: sent, sent again where a kept socket was dead already, and read as far as it matters. */
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { codeOf, ProtocolError, type StreamSeaError, TimeoutError } from '../../errors';
import { MAX_BODY_BYTES } from '../../protocol/constants';
import { say } from '../../sentences';
import type { Cancel, Clock } from '../common/clock';
import { networkError } from '../common/network-errors';
import type { Secrets } from '../identity/secrets';
import { beginsAsPage, isEncoded, kindOf, pageError, readText } from './answer';
import type { RequestLine } from './transport';

/** What sends requests; a `Transport` does. */
export interface Requester {
  readonly where: string;
  request(line: RequestLine): ClientRequest;
}

export interface RoundTripSettings {
  readonly transport: Requester;
  /** Milliseconds for the whole of it, from the first byte sent to the last received. */
  readonly requestTimeout: number;
  readonly clock: Clock;
  readonly secrets: Secrets;
  /** What an answer says of the time; and when it was asked for, by `Clock.elapsed`. */
  dated?(headers: IncomingHttpHeaders, asked: number): void;
}

export interface Asked {
  readonly line: RequestLine;
  readonly body: string | Buffer | undefined;
  /** Whether what a 200 says is of no interest (P4). */
  readonly ignoresReply: boolean;
  /** Why it is not to be sent any more, if so: asked before each time that it is. */
  barred(): StreamSeaError | undefined;
  /** Nothing of it is left; called once, after it has settled or before. */
  over(trip: RoundTrip): void;
}

export interface Reply {
  readonly status: number;
  /** Empty where it is ignored, or could not be read and does not matter. */
  readonly text: string;
  readonly retryAfter: string | undefined;
  readonly date: string | undefined;
}

/** What a server has to say about a status is worth so many bytes, and such a wait. */
const MAX_REASON_BYTES = 262_144;
const REASON_TIMEOUT = 1_000;

/** The rest of an ignored answer is read so far, and so long, to have its socket for the next request. */
const MAX_REST_BYTES = 65_536;
const REST_TIMEOUT = 1_000;

/** A body that does not say what it is begins within this, or never mind. */
const BEGINNING_TIMEOUT = 500;
const BEGINNING = 1_000;

/** How a socket reports that the other side had ended it already. */
const ENDED = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

export class RoundTrip {
  /** @throws (rejects with) NetworkError, TimeoutError, ProtocolError, what it was failed with. */
  readonly reply: Promise<Reply>;
  readonly #settings: RoundTripSettings;
  readonly #asked: Asked;
  #settle: (reply: Reply) => void = () => {};
  #reject: (error: StreamSeaError) => void = () => {};
  #request: ClientRequest;
  #stopTimer: Cancel;
  /** The reply as its head alone tells it, where the rest of it changes nothing. */
  #certain: Reply | undefined;
  #isRest = false;
  #over = false;
  #askedAt = 0;

  constructor(settings: RoundTripSettings, asked: Asked) {
    this.#settings = settings;
    this.#asked = asked;
    this.reply = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#reject = reject;
    });
    this.#request = this.#send();
    this.#stopTimer = this.#startTimer(settings.requestTimeout);
  }

  /** Whether the reply is known, and only the rest of a body that nobody needs is still coming. */
  get isRest(): boolean {
    return this.#isRest;
  }

  /** Ends it at once: with what is certain of its answer, or with this error. */
  fail(error: StreamSeaError): void {
    if (this.#over) return;
    if (this.#certain !== undefined) this.#settle(this.#certain);
    else this.#reject(error);
    this.drop();
  }

  /** Ends it, and its socket, without a word. */
  drop(): void {
    if (this.#over) return;
    this.#end();
    this.#request.destroy();
  }

  #succeed(reply: Reply): void {
    if (this.#over) return;
    this.#end();
    this.#settle(reply);
  }

  #end(): void {
    this.#over = true;
    this.#stopTimer();
    this.#asked.over(this);
  }

  #startTimer(ms: number): Cancel {
    const { clock, transport, requestTimeout } = this.#settings;
    const { where } = transport;
    return clock.setTimeout(
      () => this.fail(new TimeoutError(say('timeout.answer', { where, seconds: requestTimeout / 1000 }))),
      ms,
    );
  }

  /** What is still to come has so long, and no longer than all of it had. */
  #hurry(ms: number): void {
    this.#stopTimer();
    this.#stopTimer = this.#startTimer(Math.min(ms, this.#settings.requestTimeout));
  }

  #send(): ClientRequest {
    const { transport, secrets, clock, dated } = this.#settings;
    const { where } = transport;
    if (dated !== undefined) this.#askedAt = clock.elapsed();
    const request = transport.request(this.#asked.line);
    let heardBefore: number | undefined;
    if (request.reusedSocket) {
      request.once('socket', (socket) => {
        heardBefore = socket.bytesRead;
      });
    }
    request.on('error', (thrown) => {
      if (this.#over || request !== this.#request) return;
      // The server had ended this kept socket, and we had not heard of it yet: it hardly saw the request (a server that
      // died over it would look the same, and may get it twice). Another socket may be as dead; the last in the pool is
      // followed by a new one, and what happens there has happened.
      const untouched =
        request.reusedSocket && (heardBefore === undefined || request.socket?.bytesRead === heardBefore);
      if (!untouched || !ENDED.has(codeOf(thrown))) this.fail(networkError(thrown, where, secrets));
      else this.#sendAgain();
    });
    request.on('response', (response) => this.#take(response));
    // Left to itself, Node destroys the socket without a word, and only the deadline would tell.
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      this.fail(new ProtocolError(say('protocol.upgrade', { where })));
    });
    request.end(this.#asked.body);
    return request;
  }

  #sendAgain(): void {
    const barred = this.#asked.barred();
    if (barred === undefined) this.#request = this.#send();
    else this.fail(barred);
  }

  #take(response: IncomingMessage): void {
    const { where } = this.#settings.transport;
    const { statusCode: status = 0, headers } = response;
    this.#settings.dated?.(headers, this.#askedAt);
    const reply = { status, text: '', retryAfter: headers['retry-after'], date: headers.date };
    if (status === 200 && !this.#asked.ignoresReply) {
      if (kindOf(response) === 'page') this.fail(pageError(where));
      else this.#read(response, reply, MAX_BODY_BYTES);
      return;
    }
    this.#certain = reply;
    if (status === 200) {
      this.#ignore(response, reply);
    } else {
      this.#hurry(REASON_TIMEOUT);
      this.#read(response, reply, MAX_REASON_BYTES);
    }
  }

  #read(response: IncomingMessage, reply: Reply, limit: number): void {
    const { secrets, transport } = this.#settings;
    readText(response, { where: transport.where, limit, secrets }).then(
      (text) => this.#succeed({ ...reply, text }),
      (error: StreamSeaError) => this.fail(error),
    );
  }

  #ignore(response: IncomingMessage, reply: Reply): void {
    if (kindOf(response) === 'unknown' && isEncoded(response)) {
      this.#lookInto(response, reply);
      return;
    }
    response.on('end', () => this.#succeed(reply));
    // Cut off: without an end.
    response.on('close', () => this.#succeed(reply));
    switch (kindOf(response)) {
      case 'page':
        this.#isPage();
        break;
      case 'json':
        this.#accept(response, reply);
        break;
      case 'unknown':
        this.#lookAt(response, reply);
    }
  }

  /** What is compressed shows what it is only once it has been read; if that cannot be, 200 is 200. */
  #lookInto(response: IncomingMessage, reply: Reply): void {
    const { secrets, transport } = this.#settings;
    this.#hurry(BEGINNING_TIMEOUT);
    readText(response, { where: transport.where, limit: MAX_REST_BYTES, secrets }).then(
      (text) => (beginsAsPage(text) ? this.#isPage() : this.#succeed(reply)),
      () => {
        this.#succeed(reply);
        response.destroy();
      },
    );
  }

  #isPage(): void {
    this.#certain = undefined;
    this.fail(pageError(this.#settings.transport.where));
  }

  /** A portal need not say what it answers with. */
  #lookAt(response: IncomingMessage, reply: Reply): void {
    let beginning = '';
    const look = (chunk: Buffer): void => {
      beginning += chunk.toString('utf8', 0, BEGINNING);
      const isPage = beginsAsPage(beginning);
      if (isPage === undefined && beginning.length < BEGINNING) return;
      response.off('data', look);
      if (isPage) this.#isPage();
      else this.#accept(response, reply);
    };
    this.#hurry(BEGINNING_TIMEOUT);
    response.on('data', look);
  }

  /** Mostly all of it is here already, and its end frees the socket for who waits for this reply. */
  #accept(response: IncomingMessage, reply: Reply): void {
    response.resume();
    process.nextTick(() => {
      if (!this.#over && !response.complete) this.#leave(response, reply);
    });
  }

  #leave(response: IncomingMessage, reply: Reply): void {
    this.#isRest = true;
    this.#settle(reply);
    this.#hurry(REST_TIMEOUT);
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_REST_BYTES) this.drop();
    });
  }
}
