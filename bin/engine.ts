/** The engine that the settings name, opened. */

import type { Engine } from '../src/engine/engine';
import { createJetStreamEngine } from '../src/engine/jetstream/jetstream-engine';
import { areCreds } from '../src/engine/jetstream/nats/nats-credentials';
import { loadNatsPackages } from '../src/engine/jetstream/nats/nats-packages';
import type { LogLimits } from '../src/engine/log';
import { openEngine as openOwn } from '../src/engine/open';
import { inEnglish } from '../src/index';
import { limitsOf } from '../src/server/limits';
import type { JetStreamSettings } from './settings/engine-settings';
import type { Settings } from './settings/settings';
import { FileError, readText } from './settings/text-file';

export interface EngineParts {
  readonly onError: (error: unknown) => void;
  readonly onWarning: (message: string) => void;
}

/** @throws (rejects with) FileError, StoreError, EngineAway, SettingError: it cannot be had, or not like this. */
export async function openEngine(
  { engine, limits: given }: Pick<Settings, 'engine' | 'limits'>,
  { onError, onWarning }: EngineParts,
): Promise<Engine> {
  const limits = limitsOf(given);
  switch (engine.name) {
    case 'memory':
      return openOwn({ store: undefined, limits, warn: onWarning, onError });
    case 'disk':
      return openOwn({ store: engine, limits, warn: onWarning, onError });
    case 'jetstream':
      return openJetStream(engine, limits, onWarning);
  }
}

/** @throws (rejects with) FileError; SettingError when the packages for NATS are missing. */
export async function readCreds(file: string): Promise<string> {
  const creds = await readText(file, 'credentials');
  if (!areCreds(creds, loadNatsPackages())) throw new FileError(`${file} holds no credentials for NATS`);
  return creds;
}

async function openJetStream(
  { servers, isTls, auth, replicas, prefix }: JetStreamSettings,
  limits: LogLimits,
  onWarning: EngineParts['onWarning'],
): Promise<Engine> {
  const signIn =
    auth !== undefined && 'credentialsFile' in auth ? { creds: await readCreds(auth.credentialsFile) } : auth;
  return createJetStreamEngine({
    servers,
    limits,
    replicas,
    prefix,
    credentials: { ...signIn, ...(isTls && { tls: {} }) },
    warn: (words) => onWarning(inEnglish(words)),
  });
}
