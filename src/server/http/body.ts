/** Bodies of HTTP requests: collected, decoded, and never larger than allowed, each and all of them together. */

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { mayHoldMore } from '../../protocol/json';
import type { ServerLimits } from '../limits';
import { Refusal } from '../refusal';

/** The sender went away before its body was complete: there is nobody to answer. */
export class AbortedBody extends Error {}

/** Bytes from which on a body is dealt with in a turn of its own, so that others are served between two of them. */
const LARGE = 262_144;

/** Of the kernel's, 64 KB each, the largest body has a quarter of that. */
const MANY_CHUNKS = 1_024;

export type BodyLimits = Pick<ServerLimits, 'maxBodyBytes' | 'maxBodiesBytes' | 'maxContainers'>;

export class Bodies {
  readonly #limits: BodyLimits;
  /**
   * Those that may be refused to make room for another. Not those that have come whole, as most do: a Set that gains and loses an
   * entry with each request makes itself a new table every few of them, each refers to the next, and once one of them is
   * old, all that they held stays until the next full collection.
   */
  readonly #coming = new Set<Body>();
  #bytes = 0;
  #lastTurn: Promise<void> = Promise.resolve();
  readonly #parts: BodyParts = {
    grow: (body, bytes) => this.#grow(body, bytes),
    turn: () => this.#turn(),
    closed: (body) => this.#close(body),
  };

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /** Bytes of all that are open. */
  get bytes(): number {
    return this.#bytes;
  }

  /** To be closed once nothing of it is needed any more: until then its bytes count. */
  open(request: IncomingMessage): Body {
    return new Body(request, this.#limits, this.#parts);
  }

  /** The largest gives way, which is hardly ever a publish of some telemetry. */
  #grow(grown: Body, bytes: number): void {
    this.#bytes += bytes;
    if (!grown.isWhole) this.#coming.add(grown);
    while (this.#bytes > this.#limits.maxBodiesBytes) {
      // It may have come whole in one piece: then it is in no set, but others like it may fill all the room.
      let largest = grown.isComing ? grown : undefined;
      for (const body of this.#coming) {
        if (body.isComing && body.bytes > (largest?.bytes ?? 0)) largest = body;
      }
      if (largest === undefined) return;
      largest.refuse(new Refusal(503, 'Too much is being sent at this moment. Try again.', [], 1));
    }
  }

  #turn(): Promise<void> {
    this.#lastTurn = this.#lastTurn.then(() => new Promise((resolve) => setImmediate(resolve)));
    return this.#lastTurn;
  }

  #close(body: Body): void {
    this.#coming.delete(body);
    this.#bytes -= body.bytes;
  }
}

interface BodyParts {
  readonly grow: (body: Body, bytes: number) => void;
  readonly turn: () => Promise<void>;
  readonly closed: (body: Body) => void;
}

export class Body {
  readonly #request: IncomingMessage;
  readonly #limits: BodyLimits;
  readonly #parts: BodyParts;
  /**
   * What has come and is not read yet. Neither a closure nor a promise holds it: a request that is done with may stay
   * until a full collection, and much memory beside the heap sets one off.
   */
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Bytes that its sender has promised; NaN where it has not. */
  readonly #promised: number;
  #isOpen = true;
  #fail: ((error: Error) => void) | undefined;

  constructor(request: IncomingMessage, limits: BodyLimits, parts: BodyParts) {
    this.#request = request;
    this.#promised = Number(request.headers['content-length']);
    this.#limits = limits;
    this.#parts = parts;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** All that was promised has come, and takes no more room decoded. */
  get isWhole(): boolean {
    return this.#promised === this.#bytes;
  }

  /** Whether it can still be refused. */
  get isComing(): boolean {
    return this.#fail !== undefined;
  }

  refuse(refusal: Refusal): void {
    this.#fail?.(refusal);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#parts.closed(this);
  }

  /**
   * @returns the text; empty for no body, whatever the headers promise: a client in the field sends
   * `Content-Encoding: gzip` on a GET, others a JSON content type on an empty DELETE (P6).
   * @throws Refusal (413) for a body larger than allowed, as sent or decoded, or of too many parts; (415) for an encoding other than gzip;
   * (400) for bytes that are not what they claim; (503) when all bodies together are too large. After a refusal the rest
   * of the body is still read and dropped, as a client that gets its answer while writing would otherwise see a reset
   * connection instead.
   */
  async text(): Promise<string> {
    try {
      await this.#collect();
      const sent = joined(this.#chunks);
      this.#chunks = [];
      if (sent.length === 0) return '';
      const encoding = this.#request.headers['content-encoding'];
      const bytes = encoding === undefined ? sent : await this.#decode(sent, encoding);
      if (bytes.length >= LARGE) await this.#parts.turn();
      const text = decodeUtf8(bytes);
      checkContainers(text, this.#limits.maxContainers);
      return text;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #collect(): Promise<void> {
    const request = this.#request;
    return new Promise((resolve, reject) => {
      if (this.#promised > this.#limits.maxBodyBytes) {
        reject(this.#tooLarge());
        return;
      }
      if (request.destroyed && !request.complete) {
        reject(new AbortedBody());
        return;
      }
      const onData = (chunk: Buffer): void => {
        this.#chunks.push(chunk);
        // A byte at a time, each would take hundreds.
        if (this.#chunks.length >= MANY_CHUNKS) this.#chunks = [Buffer.concat(this.#chunks)];
        this.#grow(chunk.length);
      };
      this.#fail = (error) => {
        this.#fail = undefined;
        // The rest flows on, heard by nobody.
        request.off('data', onData);
        this.#chunks = [];
        reject(error);
        // Its bytes are free at once, before others are asked to give way.
        this.close();
      };
      request.on('data', onData);
      request.on('end', () => {
        this.#fail = undefined;
        resolve();
      });
      // What breaks off closes too. Unheard, an error of a request is none.
      request.on('close', () => {
        // Also at the end of each request that came whole: an error, with its stack, for nobody.
        if (!request.complete) this.#fail?.(new AbortedBody());
      });
    });
  }

  /** Piece by piece: a thousand bombs that are defused at the same time are bounded together. */
  async #decode(sent: Buffer, encoding: string): Promise<Buffer> {
    switch (encoding.trim().toLowerCase()) {
      case 'identity':
        return sent;
      case 'gzip':
      case 'x-gzip':
        break;
      default:
        throw new Refusal(
          415,
          `Content-Encoding should be gzip or absent, but is ${JSON.stringify(encoding)}.`,
        );
    }
    const unzip = createGunzip();
    const compressed = this.#bytes;
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        const chunks: Buffer[] = [];
        this.#fail = (error) => {
          this.#fail = undefined;
          reject(error);
          this.close();
        };
        unzip.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          this.#grow(chunk.length, compressed);
        });
        unzip.once('end', () => resolve(Buffer.concat(chunks)));
        unzip.once('error', () => {
          reject(new Refusal(400, 'The body is not gzip, although its Content-Encoding says so.'));
        });
        unzip.end(sent);
      });
    } finally {
      this.#fail = undefined;
      unzip.destroy();
    }
  }

  /** @param before bytes that do not count against this body's own limit. */
  #grow(bytes: number, before = 0): void {
    if (!this.isComing) return;
    this.#bytes += bytes;
    this.#parts.grow(this, bytes);
    if (this.#bytes - before > this.#limits.maxBodyBytes) this.#fail?.(this.#tooLarge());
  }

  #tooLarge(): Refusal {
    return new Refusal(
      413,
      `The body is larger than ${this.#limits.maxBodyBytes} bytes. Send fewer messages at once.`,
    );
  }
}

/** Most come in one piece, which needs no copy. */
function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
}

function decodeUtf8(bytes: Buffer): string {
  // Letters replaced by question marks would reach subscribers as if they had been sent.
  if (!isUtf8(bytes)) throw new Refusal(400, 'The body is not UTF-8.');
  // A byte order mark, which some editors put before a text, is no part of it.
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString('utf8', isMarked ? 3 : 0);
}

/** JSON.parse takes far longer for nothing but brackets than for as much telemetry. */
function checkContainers(text: string, most: number): void {
  // Each takes two letters.
  if (text.length / 2 <= most || !mayHoldMore(text, most)) return;
  throw new Refusal(413, `The body has more than ${most} objects and lists. Send fewer messages at once.`);
}
