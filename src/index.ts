/** What this package gives to programs: the client, the embedded server, the protocol's rules, the errors. */

export type { Administration, NewJail, NewJailReply } from './client/administration';
export type { QueuedMessage, QueueView } from './client/backlog';
export type { CallOptions } from './client/call';
export { Client } from './client/client';
export type { Cancel, Clock } from './client/clock';
export type { Credentials } from './client/credentials';
export type { Delivery } from './client/delivery';
export { createDiskOutbox, type DiskOutboxOptions } from './client/disk-outbox';
export type { Unsubscribe } from './client/emitter';
export type { BatchLimits, Publication, PublishOptions } from './client/entry';
export type { Lease } from './client/leases';
export type { Messages, ReadOptions } from './client/messages';
export type { ClientEvents } from './client/news';
export type { ClientOptions } from './client/options';
export type { Outbox, OutboxKey, OutboxMessage, StoredMessage, Told } from './client/outbox';
export type { SendingState } from './client/sending';
export type { ConnectionState, Exchange, Refused, Waiting } from './client/state';
export type {
  ChannelStatus,
  Subscription,
  SubscriptionAnswer,
  SubscriptionListener,
} from './client/subscription';
export { publicKeyOf } from './client/token-maker';
export type { TokenState } from './client/token-stage';
export type { TlsOptions } from './client/transport';
export {
  AbortedError,
  ClosedError,
  CredentialsError,
  type ErrorCode,
  ExpiredError,
  type Failure,
  ListenError,
  NetworkError,
  OfflineError,
  PayloadError,
  type Problem,
  ProtocolError,
  PurgedError,
  QueueFullError,
  type ReplyDetails,
  ReplyError,
  type SayingOptions,
  SchemaError,
  SettingError,
  StoreError,
  StreamSeaError,
  SubscriptionError,
  TimeoutError,
} from './errors';
export type { Listed, ListedClient, ListedJail, PublicKey, Secret } from './protocol/bodies';
export { type CheckMode, compileCheck, type PayloadCheck } from './protocol/check';
export { groupIdOf, isUuid } from './protocol/groups';
export { type AnyOperation, type Method, type Operation, operations } from './protocol/operations';
export type { Path } from './protocol/problems';
export {
  type Definition,
  type EnumField,
  FIELD_TYPES,
  type Field,
  type FieldType,
  type ObjectField,
  parseDefinition,
  SCALAR_TYPES,
  type ScalarField,
  type ScalarType,
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
export type { Holder } from './server/gate';
export { LIMITS, type Limit, type LimitName, type LimitUnit } from './server/limits';
export { type Entrance, Place } from './server/place';
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
