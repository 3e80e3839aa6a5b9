/** Names and bounds of the wire that both ends must agree on. */

/** Every HTTP operation and the WebSocket live below this path (P1). */
export const API_BASE = '/api/v1';

/** Where the WebSocket is upgraded (P20). */
export const STREAMS_SOCKET_PATH = `${API_BASE}/streams`;

/** Bytes of the largest HTTP body, after decoding. */
export const MAX_BODY_BYTES = 16 * 1_048_576;

/** Messages that leave together in one publish, at the most. */
export const MAX_BATCH_MESSAGES = 500;

/** Bytes of JSON text that leave together in one publish; a single larger message leaves alone. */
export const MAX_BATCH_BYTES = 1_000_000;

/** Objects and arrays within each other, at the most. See {@link parseJson} in json.ts for why. */
export const MAX_NESTING = 1_000;

/** Of a message: what it travels in, an object and perhaps a list, nests too. */
export const MAX_MESSAGE_NESTING = MAX_NESTING - 2;

/** Characters of a stream's, client's or jail's name. */
export const MAX_NAME_LENGTH = 1_000;
