/** What an answer costs at least: a server of node:http that parses each body, and says that all is well. */

import { createServer } from 'node:http';

export async function start() {
  const counts = { published: 0 };
  // Longer than the other sides' rounds take.
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { payload } = JSON.parse(Buffer.concat(chunks).toString());
      counts.published += Array.isArray(payload) ? payload.length : 1;
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 }).end('{}');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: () => server.address().port, counts: () => counts };
}
