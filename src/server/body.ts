/** The body of an HTTP request: collected, decoded, and never larger than allowed. */

import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Refusal } from './refusal';

/** The sender went away before its body was complete: there is nobody to answer. */
export class AbortedBody extends Error {}

const unzip = promisify(gunzip);

/**
 * @returns the text; empty for no body, whatever the headers promise: a client in the field sends
 * `Content-Encoding: gzip` on a GET, others a JSON content type on an empty DELETE (P6).
 * @throws Refusal (413) for a body larger than `maxBytes`, as sent or decoded; (415) for an encoding other than
 * gzip; (400) for bytes that are not what they claim. After a refusal the rest of the body is still read and
 * dropped, as a client that gets its answer while writing would otherwise see a reset connection instead.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const bytes = await collect(request, maxBytes);
  return bytes.length === 0
    ? ''
    : decodeUtf8(await decode(bytes, request.headers['content-encoding'], maxBytes));
}

function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length']) > maxBytes) {
      reject(tooLarge(maxBytes));
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      // The rest flows on, heard by nobody.
      request.off('data', onData);
      reject(tooLarge(maxBytes));
    };
    request.on('data', onData);
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () => reject(new AbortedBody()));
    request.once('close', () => {
      // Also at the end of each request that came whole: an error, with its stack, for nobody.
      if (!request.complete) reject(new AbortedBody());
    });
  });
}

async function decode(bytes: Buffer, encoding = 'identity', maxBytes: number): Promise<Buffer> {
  switch (encoding.trim().toLowerCase()) {
    case 'identity':
      return bytes;
    case 'gzip':
    case 'x-gzip':
      break;
    default:
      throw new Refusal(
        415,
        `Content-Encoding should be gzip or absent, but is ${JSON.stringify(encoding)}.`,
      );
  }
  try {
    return await unzip(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes);
    throw new Refusal(400, 'The body is not gzip, although its Content-Encoding says so.');
  }
}

function decodeUtf8(bytes: Buffer): string {
  try {
    // Fatal: letters replaced by question marks would reach subscribers as if they had been sent.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(400, 'The body is not UTF-8.');
  }
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal(413, `The body is larger than ${maxBytes} bytes. Send fewer messages at once.`);
}
