/** What this package gives to programs: the client, the embedded server, the protocol's rules, the errors. */

export type { Administration, NewJail, NewJailReply } from './client/administration';
export type { QueuedMessage, QueueView } from './client/backlog';
export { Client } from './client/client';
export type { Credentials } from './client/credentials';
export { createDiskOutbox, type DiskOutboxOptions } from './client/disk-outbox';
export type { Publication } from './client/entry';
export type { Lease } from './client/leases';
export { abandon, type Legacy, legacyOf, type Unsent } from './client/legacy';
export type { ClientEvents } from './client/news';
export type { ClientOptions } from './client/options';
export type { StoredMessage } from './client/outbox';
export { type OutboxContent, readOutbox } from './client/outbox-reader';
export type { PublishOptions } from './client/publisher';
export type { SendingState } from './client/sending';
export type { ConnectionState } from './client/state';
export type { Delivery, Subscription, SubscriptionListener, Undelivered } from './client/subscriptions';
export { publicKeyOf } from './client/token-maker';
export type { TokenState } from './client/token-stage';
export type { Engine, EnginePromises, EngineState } from './engine/engine';
export * from './errors';
export type { Listed, ListedClient, ListedJail, PublicKey, Secret } from './protocol/bodies';
export { type CheckMode, compileCheck, type PayloadCheck } from './protocol/check';
export { groupIdOf, isUuid } from './protocol/groups';
export { tidyJson } from './protocol/json';
export { type Message, toMessage } from './protocol/message';
export { type AnyOperation, type Operation, operations } from './protocol/operations';
export {
  type Definition,
  FIELD_TYPES,
  type Field,
  type FieldType,
  parseDefinition,
  sameFields,
} from './protocol/schema';
export { compareVersions, type Version } from './protocol/versions';
export {
  inEnglish,
  inWords,
  SENTENCES,
  type Sentence,
  type SentenceKey,
  type Warn,
  type Words,
} from './sentences';
export { Place } from './server/place';
export type {
  Certificate,
  CorsOption,
  EmbeddedServer,
  ServerEvent,
  ServerLimits,
  ServerOptions,
  ServerStats,
  StoreOptions,
} from './server/server';
export { startServer } from './server/start';
export { hasStore, removeStore } from './store/folder';
