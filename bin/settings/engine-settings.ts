/** Where streams are to be kept: which engine, and what it is told. */

import { type Find, type FindVariable, FlagError, type Given, list, oneOf, parseUrl } from './values';

export type EngineSettings =
  | { readonly name: 'memory' }
  | { readonly name: 'disk'; readonly folder: string; readonly durability: 'written' | 'flushed' }
  | JetStreamSettings;

export interface JetStreamSettings {
  readonly name: 'jetstream';
  /** `host:port` */
  readonly servers: readonly string[];
  readonly isTls: boolean;
  readonly auth: NatsAuth | undefined;
  readonly replicas: number;
  readonly prefix: string;
}

export type NatsAuth =
  | { readonly user: string; readonly password: string }
  | { readonly token: string }
  | { readonly credentialsFile: string };

const ENGINES = ['memory', 'disk', 'jetstream'] as const;

const DISK_ONLY = ['folder', 'durability'] as const;
const JETSTREAM_ONLY = ['nats', 'nats-credentials', 'nats-prefix', 'replicas'] as const;

export function engineOf(find: Find, findVariable: FindVariable): EngineSettings {
  const [folder, nats] = [find('folder'), find('nats')];
  const name =
    oneOf(find('engine'), ENGINES) ??
    (folder !== undefined ? 'disk' : nats !== undefined ? 'jetstream' : 'memory');
  // What would be ignored was meant for something: data in memory that were to be on disk are gone one day.
  for (const flag of [
    ...(name === 'disk' ? [] : DISK_ONLY),
    ...(name === 'jetstream' ? [] : JETSTREAM_ONLY),
  ]) {
    const given = find(flag);
    if (given !== undefined) throw new FlagError(`${given.where} does not go with the engine ${name}`);
  }
  switch (name) {
    case 'memory':
      return { name };
    case 'disk':
      if (folder === undefined) throw new FlagError('The engine disk wants a folder: --folder PATH');
      return {
        name,
        folder: folder.text,
        durability: oneOf(find('durability'), ['written', 'flushed']) ?? 'written',
      };
    case 'jetstream':
      if (nats === undefined)
        throw new FlagError('The engine jetstream wants NATS servers: --nats nats://HOST:4222');
      return jetstreamOf(nats, find, findVariable);
  }
}

function jetstreamOf(nats: Given, find: Find, findVariable: FindVariable): EngineSettings {
  const urls = natsServers(nats);
  return {
    name: 'jetstream',
    servers: urls.map(({ hostname, port }) => `${hostname}:${port || '4222'}`),
    isTls: urls.some(({ protocol }) => protocol === 'tls:'),
    auth: natsAuth(urls, find, findVariable),
    replicas: Number(oneOf(find('replicas'), ['1', '3', '5']) ?? 1),
    prefix: find('nats-prefix')?.text ?? 'stream-sea',
  };
}

/** Never quoted in a message: it may hold a password. */
function natsServers(given: Given): URL[] {
  return list(given).map((text) => {
    const url = parseUrl(/^\w+:\/\//.test(text) ? text : `nats://${text}`);
    if (url === undefined || !isNats(url)) {
      throw new FlagError(`${given.where} should hold addresses such as nats://HOST:4222, by commas`);
    }
    return url;
  });
}

function isNats({ protocol, hostname, pathname }: URL): boolean {
  return /^(nats|tls):$/.test(protocol) && hostname !== '' && /^\/?$/.test(pathname);
}

function natsAuth(urls: readonly URL[], find: Find, findVariable: FindVariable): NatsAuth | undefined {
  const [file, user, password] = [
    find('nats-credentials'),
    findVariable('STREAM_SEA_NATS_USER'),
    findVariable('STREAM_SEA_NATS_PASSWORD'),
  ];
  if ((user === undefined) !== (password === undefined)) {
    throw new FlagError('STREAM_SEA_NATS_USER and STREAM_SEA_NATS_PASSWORD go together');
  }
  const named = urls.find(({ username }) => username !== '');
  if ([file, user, named].filter((way) => way !== undefined).length > 1) {
    throw new FlagError('There is more than one way to sign in to NATS');
  }
  if (file !== undefined) return { credentialsFile: file.text };
  if (user !== undefined && password !== undefined) return { user: user.text, password: password.text };
  if (named === undefined) return undefined;
  // As everywhere in NATS.
  if (named.password === '') return { token: decoded(named.username) };
  return { user: decoded(named.username), password: decoded(named.password) };
}

/** As it stands where a percent sign is just that. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
