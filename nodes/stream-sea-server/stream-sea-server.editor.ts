/** The page of `stream-sea-server`: registers the type, with all that the flow library reads there literally. */

import { sharedPart } from '../shared/editor/shared-part.editor';
import { SERVER_DEFAULTS, type ServerConfig } from './stream-sea-server.config';

const { t, addSidebar, checks, label, oneditprepare, oneditsave } =
  sharedPart<typeof import('./behaviour.editor')>('stream-sea-server');

addSidebar();

RED.nodes.registerType<ServerConfig>('stream-sea-server', {
  category: 'config',
  // One that serves other machines has no node here that uses it, and is not to be taken for a leftover.
  hasUsers: false,
  color: '#3FADB5',
  icon: 'stream-sea.svg',
  defaults: {
    name: { value: SERVER_DEFAULTS.name },
    where: { value: SERVER_DEFAULTS.where },
    listenOn: { value: SERVER_DEFAULTS.listenOn },
    host: { value: SERVER_DEFAULTS.host, validate: checks.host },
    port: { value: SERVER_DEFAULTS.port, validate: checks.port },
    cors: { value: SERVER_DEFAULTS.cors, validate: checks.cors },
    secure: { value: SERVER_DEFAULTS.secure },
    tls: { value: SERVER_DEFAULTS.tls, type: 'tls-config', required: false, label: t('label.tls') },
    proxy: { value: SERVER_DEFAULTS.proxy, type: 'http proxy', required: false, label: t('label.proxy') },
    auth: { value: SERVER_DEFAULTS.auth },
    tokenLifetime: { value: SERVER_DEFAULTS.tokenLifetime, validate: checks.tokenLifetime },
    mustFanout: { value: SERVER_DEFAULTS.mustFanout },
    filter: { value: SERVER_DEFAULTS.filter, validate: checks.filter },
    autoConnect: { value: SERVER_DEFAULTS.autoConnect },
    offline: { value: SERVER_DEFAULTS.offline },
    queueLimit: { value: SERVER_DEFAULTS.queueLimit, validate: checks.count },
    whenFull: { value: SERVER_DEFAULTS.whenFull },
    maxAge: { value: SERVER_DEFAULTS.maxAge, validate: checks.age },
    requestTimeout: { value: SERVER_DEFAULTS.requestTimeout, validate: checks.seconds },
    silenceTimeout: { value: SERVER_DEFAULTS.silenceTimeout, validate: checks.seconds },
  },
  credentials: {
    clientId: { type: 'text', validate: checks.clientId },
    clientSecret: { type: 'password', validate: checks.clientSecret },
    jwt: { type: 'password', validate: checks.jwt },
    privateKey: { type: 'password', validate: checks.privateKey },
  },
  paletteLabel: () => t('label.type'),
  label,
  oneditprepare,
  oneditsave,
});
