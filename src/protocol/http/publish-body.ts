/** The bytes of a publish (P4). */

const BATCH_START = '{"payload":[';
const COMMA = 0x2c;

/** Characters of a batch up to which joining its texts is faster than writing each one into a buffer. */
const SHORT = 32_768;

/**
 * The body of a publish, from messages that are JSON text already: one alone, several as a batch.
 *
 * A long batch is written text by text: joined to one string first, it took far longer.
 */
export function publishBody(messages: readonly string[]): string | Buffer {
  const [first = ''] = messages;
  if (messages.length === 1 && !first.startsWith('[')) return `{"payload":${first}}`;
  let length = 0;
  for (const message of messages) length += message.length;
  return length <= SHORT ? `${BATCH_START}${messages.join(',')}]}` : written(messages);
}

function written(messages: readonly string[]): Buffer {
  let size = BATCH_START.length + messages.length;
  for (const message of messages) size += Buffer.byteLength(message);
  const body = Buffer.allocUnsafe(size + 1);
  let at = body.write(BATCH_START);
  for (const message of messages) {
    at += body.write(message, at);
    body[at] = COMMA;
    at += 1;
  }
  // In the place of the last comma.
  body.write(']}', at - 1);
  return body;
}
