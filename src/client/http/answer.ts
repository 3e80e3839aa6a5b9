/** The body of an HTTP answer: collected, decoded, bounded; and whether it is anybody else's than the server's. */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib';
import { codeOf, messageOf, ProtocolError } from '../../errors';
import { say } from '../../sentences';
import { networkError } from '../common/network-errors';
import type { Secrets } from '../identity/secrets';

export interface ReadLimits {
  /** The other side, as `boiler-house:8080`. */
  readonly where: string;
  /** Bytes, before and after decoding, that are too many. */
  readonly limit: number;
  readonly secrets: Secrets;
}

/** The text of a body. @throws ProtocolError, NetworkError */
export async function readText(response: IncomingMessage, limits: ReadLimits): Promise<string> {
  const body = await readBody(response, limits);
  return decode(body, response.headers['content-encoding'], limits);
}

/** Not by node:stream/consumers, which know no limit: a body without an end would fill the memory. */
function readBody(response: IncomingMessage, { where, limit, secrets }: ReadLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) reject(tooLarge(where, limit));
      else chunks.push(chunk);
    });
    response.on('end', () => resolve(Buffer.concat(chunks)));
    // An answer that breaks off in the middle is an error too.
    response.on('error', (thrown) => reject(networkError(thrown, where, secrets)));
  });
}

type Decoder = (body: Buffer, options: ZlibOptions) => Promise<Buffer>;

const inflated = promisify(inflate) as Decoder;
const inflatedRaw = promisify(inflateRaw) as Decoder;
const gunzipped = promisify(gunzip) as Decoder;

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: gunzipped,
  'x-gzip': gunzipped,
  // Some servers leave out the two bytes that come first, of which the first is 0x78, or another that ends in 8.
  deflate: (body, options) => (((body[0] ?? 0) & 0x0f) === 8 ? inflated : inflatedRaw)(body, options),
};

async function decode(body: Buffer, encoding: string | undefined, limits: ReadLimits): Promise<string> {
  const { where, limit, secrets } = limits;
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '' || body.length === 0) return body.toString();
  const decoder = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
  if (decoder === undefined) throw new ProtocolError(say('protocol.encoding', { where }));
  try {
    return (await decoder(body, { maxOutputLength: limit })).toString();
  } catch (thrown) {
    if (codeOf(thrown) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(where, limit);
    const reason = secrets.fitToTell(messageOf(thrown));
    throw new ProtocolError(say('protocol.decoding', { encoding: name, where, reason }));
  }
}

function tooLarge(where: string, bytes: number): ProtocolError {
  return new ProtocolError(say('protocol.tooLarge', { where, bytes }));
}

/** What the headers tell of a body: a web page, JSON, or neither for sure. */
export function kindOf({ headers }: IncomingMessage): 'page' | 'json' | 'unknown' {
  const type = headers['content-type'] ?? '';
  if (/\bx?html\b/i.test(type)) return 'page';
  return /\bjson\b/i.test(type) ? 'json' : 'unknown';
}

/** Whether its bytes are not those of its text. */
export function isEncoded({ headers }: IncomingMessage): boolean {
  return !/^(identity)?$/i.test((headers['content-encoding'] ?? '').trim());
}

/** Whether a text begins as web pages do, and as no JSON does; nothing: it has not begun yet. */
export function beginsAsPage(text: string): boolean | undefined {
  const first = /[^\s\uFEFF]/.exec(text)?.[0];
  return first === undefined ? undefined : first === '<';
}

export function pageError(where: string): ProtocolError {
  return new ProtocolError(say('protocol.page', { where }));
}

/** Whether somebody else has answered, which says nothing of what the server would: as good as a failed network (P8). */
export function isAnotherAnswer(thrown: unknown): boolean {
  const key = thrown instanceof ProtocolError ? thrown.sentence?.key : undefined;
  return key === 'protocol.page' || key === 'protocol.upgrade';
}
