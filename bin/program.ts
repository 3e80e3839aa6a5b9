/** The program's life: what the settings name is opened, in order; what is opened is closed. */

import { ENGINE_CLOSE_TIMEOUT, within } from '../src/engine/deadline';
import type { Engine } from '../src/engine/engine';
import { startServer } from '../src/index';
import { drawFirstClient } from '../src/server/directory/first-client';
import { type Certificate, readCertificate } from './certificate';
import { openEngine, readCreds } from './engine';
import { eventLog } from './event-log';
import { readFirstClient } from './first-client';
import type { Logger } from './logger';
import type { JetStreamSettings } from './settings/engine-settings';
import type { Settings } from './settings/settings';

export interface ProgramParts {
  readonly log: Logger;
  /** For whoever started the program, beside the log: the secret that was drawn. */
  readonly show: (line: string) => void;
  /** The start is given up: nothing that is still being opened is waited for. */
  readonly givenUp: AbortSignal;
}

export interface Program {
  /** As clients on this machine reach it. */
  readonly url: string;
  /** Reads the certificate anew; a bad one is told, and the one before goes on. */
  reload(): Promise<void>;
  /** Tells balancers, lets requests under way end, closes. */
  stop(): Promise<void>;
}

/** All that can be known to be wrong before anything is opened. */
export async function checkFiles({ tls, firstClient, engine }: Settings) {
  if (engine.name === 'jetstream' && engine.auth !== undefined && 'credentialsFile' in engine.auth) {
    await readCreds(engine.auth.credentialsFile);
  }
  return {
    certificate: tls && (await readCertificate(tls)),
    credentials: firstClient && (await readFirstClient(firstClient)),
  };
}

/**
 * @returns undefined when it was given up.
 * @throws (rejects with) what says in one line why not; nothing is left open.
 */
export async function startProgram(settings: Settings, parts: ProgramParts): Promise<Program | undefined> {
  const { log, givenUp } = parts;
  const { tls } = settings;
  const { certificate, credentials } = await checkFiles(settings);
  if (credentials !== undefined) log.hide(credentials.clientSecret);
  if (settings.engine.name === 'jetstream') hideAuth(settings.engine, log);
  for (const name of settings.unknownVariables) log.warn(`${name} is set, and means nothing here`);
  const onError = (error: unknown): void => log.error('A fault of the server', error);
  const onWarning = (message: string): void => log.warn(message);
  const { host, port, cors, limits, probes } = settings;
  const engine = await unlessGivenUp(openEngine(settings, { onError, onWarning }), givenUp);
  if (engine === undefined) return undefined;
  if (credentials === undefined) await drawClient(engine, parts);
  // It closes the engine, also when it cannot start.
  const server = await startServer({
    host,
    port,
    engine,
    limits,
    probes,
    onError,
    onWarning,
    onEvent: eventLog(log),
    ...(credentials && { jail: credentials }),
    ...(certificate && { tls: certificate }),
    ...(cors && { cors }),
  });
  if (certificate !== undefined) tellOf(certificate, log);
  log.always(`Ready at ${server.url}`, { url: server.url, engine: settings.engine.name });
  return {
    url: server.url,
    reload: async () => {
      if (tls === undefined) {
        log.info('There is nothing to read anew: no TLS');
        return;
      }
      try {
        const renewed = await readCertificate(tls);
        server.renewTls(renewed);
        tellOf(renewed, log);
      } catch (error) {
        log.error('The certificate stays as it was', error);
      }
    },
    stop: async () => {
      await server.drain();
      await server.close();
    },
  };
}

/** An engine may take as long as its disk, or its NATS: one that is there after all, with nothing in it of ours, is closed. */
async function unlessGivenUp(opening: Promise<Engine>, givenUp: AbortSignal): Promise<Engine | undefined> {
  const end = new Promise<undefined>((resolve) => {
    givenUp.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const engine = await Promise.race([opening, end]);
  if (!givenUp.aborted) return engine;
  void opening.then((late) => late.close()).catch(() => {});
  return undefined;
}

/** Shown as soon as it is drawn: if the server cannot start then, nobody would ever learn the secret. */
async function drawClient(engine: Engine, { log, show }: ProgramParts): Promise<void> {
  try {
    const drawn = await drawFirstClient(engine.catalogue);
    if (drawn === undefined) return;
    log.hide(drawn.clientSecret);
    show(`STREAM_SEA_CLIENT_ID=${drawn.clientId} STREAM_SEA_CLIENT_SECRET=${drawn.clientSecret}`);
  } catch (error) {
    await within(
      ENGINE_CLOSE_TIMEOUT,
      engine.close().catch(() => {}),
    );
    throw error;
  }
}

function hideAuth({ auth }: JetStreamSettings, log: Logger): void {
  if (auth === undefined || 'credentialsFile' in auth) return;
  log.hide('token' in auth ? auth.token : auth.password);
}

function tellOf({ validTo }: Certificate, log: Logger): void {
  log.info('The certificate is in use', { validTo });
}
