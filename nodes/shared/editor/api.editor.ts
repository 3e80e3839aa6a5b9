/** What the dialogs ask of the runtime: `GET stream-sea/<id of a server node>/...`. */

import { isRecord } from '../../../src/protocol/json';
import { type Definition, parseDefinition } from '../../../src/protocol/schema/schema';
import { parseVersion } from '../../../src/protocol/schema/versions';
import type { MessageList, StreamList } from '../wire/api';
import { parseSaid, type Said } from '../wire/sentence';
import { t } from './dialog.editor';

/** The runtime could not answer; it says why. */
export class RequestError extends Error {
  /** None when there was no answer at all. */
  readonly status: number | undefined;
  readonly sentence: Said['sentence'];

  constructor({ message, sentence }: Said, status: number | undefined) {
    super(message);
    this.sentence = sentence;
    this.status = status;
  }
}

/**
 * The streams a server node knows of.
 *
 * @param names those that flows not yet deployed name, so that the server is asked for their versions too.
 */
export async function knownStreams(
  server: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<StreamList> {
  const query = names.map((name) => `name=${encodeURIComponent(name)}`).join('&');
  const reply = await ask('GET', ['stream-sea', server, 'streams'], signal, { query });
  const streams = listIn(reply, 'streams').map((stream) => {
    if (!isRecord(stream) || typeof stream.name !== 'string') throw unexpected('streams');
    const { name, version } = stream;
    if (version === undefined) return { name };
    return { name, version: version === null ? null : parseVersion(version) };
  });
  const problem = isRecord(reply) ? parseSaid(reply.problem) : undefined;
  return problem === undefined ? { streams } : { streams, problem };
}

/** A stream's definition as the server has it now; `null` when there is no such stream. */
export async function storedDefinition(
  server: string,
  stream: string,
  signal: AbortSignal,
): Promise<Definition | null> {
  const reply = await ask('GET', ['stream-sea', server, 'streams', stream, 'definition'], signal);
  if (!isRecord(reply) || reply.definition === undefined) throw unexpected('definition');
  return reply.definition === null ? null : parseDefinition(reply.definition, stream);
}

/** The last messages of a stream that passed through the server node, the newest last. */
export async function passedMessages(
  server: string,
  stream: string,
  signal: AbortSignal,
): Promise<MessageList['messages']> {
  const reply = await ask('GET', ['stream-sea', server, 'streams', stream, 'messages'], signal);
  return listIn(reply, 'messages').map((entry) => {
    if (!isRecord(entry) || typeof entry.at !== 'number') throw unexpected('messages');
    return { at: entry.at, message: entry.message };
  });
}

/**
 * Only jQuery's requests carry the token of a signed-in user. The URL is relative, since the editor may be anywhere.
 *
 * @throws RequestError, or the signal's reason once it is aborted.
 */
export function ask(
  method: 'GET' | 'POST',
  path: readonly string[],
  signal: AbortSignal,
  { query, body }: { query?: string; body?: object } = {},
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const url = path.map(encodeURIComponent).join('/') + (query ? `?${query}` : '');
    const json = body && { contentType: 'application/json', data: JSON.stringify(body) };
    const request = $.ajax({ method, url, dataType: 'json', cache: false, ...json });
    const abort = () => request.abort();
    signal.addEventListener('abort', abort, { once: true });
    request
      .always(() => signal.removeEventListener('abort', abort))
      .then(resolve, () => reject(signal.aborted ? signal.reason : failure(request)));
  });
}

function failure({ status, statusText, responseJSON }: JQuery.jqXHR): RequestError {
  const said = parseSaid(responseJSON) ?? { message: `${status || ''} ${statusText}`.trim() };
  return new RequestError(said, status || undefined);
}

export function listIn(reply: unknown, key: string): unknown[] {
  const list = isRecord(reply) ? reply[key] : undefined;
  if (!Array.isArray(list)) throw unexpected(key);
  return list;
}

export function unexpected(key: string): RequestError {
  return new RequestError({ message: t('error.badAnswer', { part: key }) }, undefined);
}
