/** MQTT 3.1.1 packets by hand, for loads that must cost less than the broker they measure. */

/** @param {0 | 1} qos with 1, the two bytes at `packetIdAt` take the packet's id. */
export function publishPacket(topic, text, qos) {
  const payload = Buffer.from(text);
  const name = Buffer.from(topic);
  const id = qos > 0 ? [u16(0)] : [];
  const rest = Buffer.concat([u16(name.length), name, ...id, payload]);
  return packet(0x30 | (qos << 1), rest);
}

/** Where the id of a QoS 1 packet stands that begins at `start`. */
export function packetIdAt(bytes, start = 0) {
  let at = start + 1;
  while (bytes[at] >= 0x80) at += 1;
  return at + 3 + bytes.readUInt16BE(at + 1);
}

export function connectPacket(clientId) {
  const id = Buffer.from(clientId);
  return packet(
    0x10,
    Buffer.concat([u16(4), Buffer.from('MQTT'), Buffer.from([4, 2]), u16(0), u16(id.length), id]),
  );
}

export function subscribePacket(topic, qos) {
  const name = Buffer.from(topic);
  return packet(0x82, Buffer.concat([u16(1), u16(name.length), name, Buffer.from([qos])]));
}

/** Cuts a byte stream into packets and hands out each, whole, as its place in the bytes. */
export class PacketReader {
  #pending = Buffer.alloc(0);
  #take;

  constructor(take) {
    this.#take = take;
  }

  receive(chunk) {
    const bytes = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
    let at = 0;
    for (;;) {
      const end = packetEnd(bytes, at);
      if (end === undefined || end > bytes.length) break;
      this.#take(bytes, at, end);
      at = end;
    }
    this.#pending = bytes.subarray(at);
  }
}

function packetEnd(bytes, start) {
  let length = 0;
  for (let at = start + 1, shift = 0; at < bytes.length; at += 1, shift += 7) {
    length |= (bytes[at] & 0x7f) << shift;
    if (bytes[at] < 0x80) return at + 1 + length;
  }
  return undefined;
}

function packet(first, rest) {
  const size = [];
  let left = rest.length;
  do {
    const low = left & 0x7f;
    left >>= 7;
    size.push(left > 0 ? low | 0x80 : low);
  } while (left > 0);
  return Buffer.concat([Buffer.from([first, ...size]), rest]);
}

function u16(value) {
  return Buffer.from([value >> 8, value & 0xff]);
}
