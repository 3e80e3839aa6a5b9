/** What this package gives to programs: the client, the embedded server, the protocol's rules, the errors. */

export type { Administration, CreateClientOptions, NewJail, NewJailReply } from './client/administration';
export { Client } from './client/client';
export type { CallOptions, DefineOptions } from './client/common/call';
export type { Cancel, Clock } from './client/common/clock';
export type { Unsubscribe } from './client/common/emitter';
export type { ConnectionState } from './client/connection/connection-state';
export type { Lease } from './client/connection/leases';
export type { TlsOptions } from './client/http/transport';
export type { Credentials } from './client/identity/credentials';
export { publicKeyOf } from './client/identity/token-maker';
export type { TokenState } from './client/identity/token-stage';
export type { ClientEvents, ClientListener } from './client/news';
export type { ClientOptions } from './client/options';
export { createDiskOutbox, type DiskOutboxOptions } from './client/outbox/disk-outbox';
export type { OnKept, Outbox, OutboxKey, OutboxMessage, StoredMessage, Unkept } from './client/outbox/outbox';
export type { QueuedMessage, QueueView } from './client/publish/backlog';
export type { BatchLimits, Publication, PublishOptions } from './client/publish/entry';
export type { SendingState } from './client/publish/sending';
export type { Delivery } from './client/receive/delivery';
export type { Messages, ReadOptions } from './client/receive/messages';
export type {
  ChannelStatus,
  Subscription,
  SubscriptionAnswer,
  SubscriptionListener,
} from './client/receive/subscription';
export type { Requests } from './client/requests';
export type { StoreOptions } from './engine/open';
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
export { groupIdOf, isUuid } from './protocol/groups';
export type { Listed, ListedClient, ListedJail, PublicKey, Secret } from './protocol/http/bodies';
export { type AnyOperation, type Method, type Operation, operations } from './protocol/http/operations';
export { type CheckMode, compileCheck, type PayloadCheck } from './protocol/schema/check';
export type { Path } from './protocol/schema/problems';
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
} from './protocol/schema/schema';
export { compareVersions, type Version } from './protocol/schema/versions';
export {
  inEnglish,
  inWords,
  SENTENCES,
  type Sentence,
  type SentenceKey,
  type Warn,
  type Words,
} from './sentences';
export type { ServerEvent } from './server/event';
export type { CorsOption } from './server/http/cors';
export { LIMITS, type Limit, type LimitName, type LimitUnit, type ServerLimits } from './server/limits';
export type { Certificate } from './server/listening/listener';
export { Mount } from './server/listening/mount';
export type { ServerStats } from './server/monitoring/metrics';
export type { ServerOptions } from './server/options';
export type { SeaStats } from './server/sea';
export type { EmbeddedServer } from './server/server';
export { startServer } from './server/start';
