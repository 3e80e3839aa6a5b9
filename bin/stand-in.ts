/** STAND-IN until the server has these options. */

import { startServer as start } from '../src/index';

// biome-ignore lint/suspicious/noExplicitAny: stand-in
export async function startServer(settings: any, parts: any) {
  const { host, port, limits, engine } = settings;
  const server = await start({
    host,
    port,
    limits,
    ...(parts.credentials && { jail: parts.credentials }),
    ...(engine.name === 'disk' && { store: { folder: engine.folder } }),
    onError: (error: unknown) => parts.log.error('fault', error),
    onWarning: (text: unknown) => parts.log.warn(String(text)),
  });
  if (!parts.credentials) {
    parts.log.hide(server.credentials.clientSecret);
    parts.show(
      `STREAM_SEA_CLIENT_ID=${server.credentials.clientId} STREAM_SEA_CLIENT_SECRET=${server.credentials.clientSecret}`,
    );
  }
  return { ...server, renewTls: (_: unknown) => {}, drain: () => {} };
}
