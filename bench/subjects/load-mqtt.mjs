/** A publisher and a subscriber of an MQTT broker, both QoS 1, that cost next to nothing: packets made beforehand. */

import { connect } from 'node:net';
import { measure, until } from '../lib/measure.mjs';
import { messagesOf, STREAM } from '../lib/messages.mjs';
import { connectPacket, PacketReader, packetIdAt, publishPacket, subscribePacket } from '../lib/mqtt.mjs';

const PUBLISH = 3;
const PUBACK = 4;

/** @param offered messages under way at any time */
export async function start({ port, bytes, offered }) {
  let delivered = 0;
  const subscriber = await open(port, 'subscriber', (type, packet, at) => {
    if (type !== PUBLISH) return undefined;
    delivered += 1;
    const id = packetIdAt(packet, at);
    return Buffer.from([PUBACK << 4, 2, packet[id], packet[id + 1]]);
  });
  subscriber.write(subscribePacket(STREAM, 1));

  const packets = messagesOf(bytes).map((message) => publishPacket(STREAM, JSON.stringify(message), 1));
  const load = { going: false, sent: 0, done: 0 };
  const next = () => {
    load.sent += 1;
    const packet = Buffer.from(packets[load.sent % packets.length]);
    packet.writeUInt16BE((load.sent % 65_535) + 1, packetIdAt(packet));
    return packet;
  };
  const publisher = await open(port, 'publisher', (type) => {
    if (type !== PUBACK) return undefined;
    load.done += 1;
    return load.going ? next() : undefined;
  });
  return {
    async measure(ms) {
      load.going = true;
      publisher.write(Buffer.concat(Array.from({ length: offered }, next)));
      const result = await measure(() => delivered, ms);
      load.going = false;
      await until(() => load.done === load.sent && delivered === load.sent, 'the last messages');
      return { ...result, total: load.done };
    },
  };
}

/** @param answer what to send back for a packet; the answers to one chunk leave together */
async function open(port, clientId, answer) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  socket.write(connectPacket(clientId));
  let replies = [];
  const reader = new PacketReader((bytes, at) => {
    const reply = answer(bytes[at] >> 4, bytes, at);
    if (reply !== undefined) replies.push(reply);
  });
  await new Promise((resolve) => socket.once('data', resolve));
  socket.on('data', (chunk) => {
    reader.receive(chunk);
    if (replies.length > 0) socket.write(Buffer.concat(replies));
    replies = [];
  });
  return socket;
}
