/** WebSocket frames by hand, for servers and loads that must cost less than what they measure. */

/** An unmasked text frame, as a server sends it. */
export function textFrame(text) {
  const payload = Buffer.from(text);
  return Buffer.concat([header(payload.length), payload]);
}

function header(length) {
  if (length < 126) return Buffer.from([0x81, length]);
  if (length < 65_536) return Buffer.from([0x81, 126, length >> 8, length & 0xff]);
  const head = Buffer.alloc(10);
  head[0] = 0x81;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

/** A text frame as a client sends it: masked, with a key of zeros, which leaves the text as it is. */
export function maskedFrame(text) {
  const frame = textFrame(text);
  const size = frame.length - Buffer.byteLength(text);
  frame[1] |= 0x80;
  return Buffer.concat([frame.subarray(0, size), Buffer.alloc(4), frame.subarray(size)]);
}

/** A pong as a client sends it. */
export function maskedPong(payload) {
  return Buffer.concat([Buffer.from([0x8a, 0x80 | payload.length]), Buffer.alloc(4), payload]);
}

/** Counts the frames of a server by their headers alone, however they are cut into chunks. */
export class FrameCounter {
  count = 0;
  #onPing;
  /** Bytes of the current frame that are still to come. */
  #left = 0;
  /** A header that was cut in two. */
  #head = Buffer.alloc(0);

  /**
   * @param onPing told what a ping holds, which a server may want to hear again: one that does not ends the connection. A ping
   *   that is cut in two is left to the next one.
   */
  constructor(onPing = () => {}) {
    this.#onPing = onPing;
  }

  receive(data) {
    const chunk = this.#head.length > 0 ? Buffer.concat([this.#head, data]) : data;
    this.#head = Buffer.alloc(0);
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at);
        this.#left -= taken;
        at += taken;
        continue;
      }
      const frame = headerAt(chunk, at);
      if (frame === undefined) {
        this.#head = Buffer.from(chunk.subarray(at));
        return;
      }
      at += frame.size;
      this.#left = frame.length;
      if (frame.isText) this.count += 1;
      if (frame.isPing && at + frame.length <= chunk.length)
        this.#onPing(chunk.subarray(at, at + frame.length));
    }
  }
}

function headerAt(bytes, at) {
  const there = bytes.length - at;
  if (there < 2) return undefined;
  const isText = (bytes[at] & 0x0f) === 1;
  const isPing = (bytes[at] & 0x0f) === 9;
  const short = bytes[at + 1];
  if (short < 126) return { isText, isPing, size: 2, length: short };
  if (short === 126) return there < 4 ? undefined : { isText, size: 4, length: bytes.readUInt16BE(at + 2) };
  return there < 10 ? undefined : { isText, size: 10, length: Number(bytes.readBigUInt64BE(at + 2)) };
}
