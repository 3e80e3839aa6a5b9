// A server within a program, on a free port of this machine, which keeps what it has in a folder. It prints what a client
// needs, and serves until it is told to stop.
//   node server.mjs FOLDER
import { startServer } from '@stream-sea/node-red';

const [folder] = process.argv.slice(2);
const server = await startServer({
  jail: { clientId: 'gauge', clientSecret: process.env.GAUGE_SECRET ?? 'only for a try' },
  store: { folder },
  onWarning: (text) => console.error(text),
});
console.log(server.url);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await server.drain();
    await server.close();
  });
}
