/** The limit for receiving: ws, `JSON.parse`, and a function called for each message. */

import WebSocket from 'ws';
import { measure, until } from '../lib/measure.mjs';

/** @param lazy connects with the first subscription */
export async function start({ port, streams = ['boiler_data'], lazy = false }) {
  let received = 0;
  const take = () => {
    received += 1;
  };
  const handlers = new Map();
  let answered = 0;
  let socket;
  let lastId = 1;
  const connect = async () => {
    socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/streams`, { perMessageDeflate: false });
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
    const authenticate = { type: 'basic', clientId: 'bench', clientSecret: 'bench' };
    socket.send(JSON.stringify({ id: 1, action: 'authenticate', payload: authenticate }));
    socket.on('message', (data) => {
      const frame = JSON.parse(data.toString());
      if (frame.success === undefined) handlers.get(frame.id).take(frame.payload);
      else answered += 1;
    });
  };
  const subscribe = async (names) => {
    if (socket === undefined) await connect();
    for (const stream of names) {
      lastId += 1;
      handlers.set(lastId, { stream, take });
      socket.send(JSON.stringify({ id: lastId, action: 'subscribe', payload: stream }));
    }
    await until(() => answered === lastId, 'the subscriptions');
  };
  if (!lazy) await subscribe(streams);
  return { received: () => received, measure: (ms) => measure(() => received, ms), subscribe };
}
