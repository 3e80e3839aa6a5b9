/**
 * What this package says to people, as data: a key and the values for its gaps. Whoever shows a sentence may look
 * its key up in another language; {@link inEnglish} is what errors say by themselves.
 */

import { SERVER_SENTENCES } from './server-sentences';
import { type GapsOf, inWords, type Sentence, type Warn, type Words } from './words';

export { fillGaps, inWords, quoted, type Sentence, type Warn, type Words } from './words';

/** By subject. `__gap__` is where a value goes: a text as it is, a number, another sentence, or a list of them. */
export const SENTENCES = {
  'network.refused': 'Nobody answers at __where__ (connection refused)',
  'network.brokenOff': '__where__ broke off the connection',
  'network.brokenOffWith': '__where__ broke off the connection (code __code__)',
  'network.closedTooLong':
    '__where__ closed the connection: what was sent is too long for it, a token with a long filter perhaps (code __code__)',
  'network.closedWith': '__where__ closed the connection (code __code__)',
  'network.closedBecause': '__where__ closed the connection: __reason__ (code __code__)',
  'network.unreachable': '__where__ cannot be reached from here (no route)',
  'network.silent': '__where__ does not answer (timed out)',
  'network.noHost': 'There is no host of the name in __where__',
  'network.noDns': 'The name in __where__ cannot be looked up now (no answer from DNS)',
  'network.noHttp': 'What answers at __where__ does not speak HTTP: __reason__',
  'network.failed': 'The connection to __where__ failed: __reason__',
  'network.exchange': 'The connection stays as it is, as no other could be had in its place: __reason__',
  'network.givenUp': 'The connection was given up.',

  'tls.untrusted':
    'The certificate of __where__ is not signed by anyone trusted here: give its CA in the TLS settings',
  'tls.selfSigned': 'The certificate of __where__ is self-signed: give it as a CA in the TLS settings',
  'tls.expired': 'The certificate of __where__ has expired',
  'tls.notYetValid': 'The certificate of __where__ is not valid yet: is the clock of this machine right?',
  'tls.otherName':
    'The certificate of __where__ is for another name: check the address, or set the server name in the TLS settings',
  'tls.none': '__where__ does not speak TLS: try without TLS, or another port',
  'tls.failed': 'TLS with __where__ failed',
  'tls.failedWith': 'TLS with __where__ failed: __reason__',

  /** Stands for `__where__` in any sentence about the network or a time-out. */
  'proxy.address': 'the proxy __address__',
  'proxy.credentials': '__where__ wants a user name and password, or others than were given (status 407)',
  'proxy.refused': '__where__ will not connect us to the server (status __status__)',

  'timeout.connect': '__where__ was not reached within __seconds__ s',
  'timeout.authenticate': '__where__ did not answer the authentication within __seconds__ s',
  'timeout.answer': '__where__ did not answer within __seconds__ s',
  'timeout.silence': 'Nothing was heard from __where__ for __seconds__ s, not even a ping',
  'timeout.subscription':
    'The server has not answered the subscription to __stream__ for __seconds__ s; it may still do so',

  'timeout.sent': 'The __seconds__ s that this was given are over; the server may have what was sent',
  'timeout.unsent': 'The __seconds__ s that this was given are over; nothing was sent',

  'credentials.refused': '__where__ refused the credentials',
  'credentials.refusedWith': '__where__ refused the credentials: __reason__',
  'credentials.refusedStatus': '__where__ refused the credentials (status __status__)',
  'credentials.tokenOnly':
    'A token (JWT) opens only subscriptions: publishing and schemas need the client secret too',
  'credentials.noToken': 'No token (JWT) could be had: __reason__',
  'credentials.otherClient':
    'The credentials are of the client __given__, and __clientId__ is connected: another client needs a connection of its own',

  'protocol.broken': '__where__ broke the protocol: __reason__',
  'protocol.ignored': 'What __where__ sent breaks the protocol and is ignored: __reason__',
  'protocol.webSocket': '__where__ broke the WebSocket protocol: __reason__',
  'protocol.upgrade': '__where__ answers a request with a change of protocol (status 101)',
  'protocol.encoding': '__where__ answers in an encoding that was not asked for',
  'protocol.decoding': "The __encoding__ of __where__'s answer is broken: __reason__",
  'protocol.tooLarge': '__where__ answers with more than __bytes__ bytes',
  'protocol.page':
    'What answers at __where__ is a web page, of a proxy or a portal perhaps, and not a stream-sea server',
  'protocol.answer': "The server's answer to __operation__ cannot be understood: __reason__",
  'protocol.versions': 'The server gave __given__ versions for __asked__ streams',
  'reply.noSocket': '__reason__ (connection to __where__ refused, status __status__)',
  /** These stand for `__reason__` above. */
  'protocol.binary': 'a binary frame',
  'protocol.strayReply': 'an authentication reply with id __id__ that answers nothing',
  'protocol.strayId': 'id __id__ belongs to no subscription',
  'protocol.noPayload': 'a delivery for __stream__ without a payload',
  'protocol.tooDeep': 'JSON nests deeper than __levels__ levels',
  'protocol.notJson': 'not JSON: __reason__',

  'reply.publish': '__reason__ (publishing to __stream__ refused, status __status__)',
  'reply.define': '__reason__ (definition of __stream__ refused, status __status__)',
  'reply.describe': '__reason__ (reading the definition of __stream__ refused, status __status__)',
  'reply.versions': '__reason__ (reading versions of schemas refused, status __status__)',
  'reply.createClient': '__reason__ (creating the client refused, status __status__)',
  'reply.deleteClient': '__reason__ (deleting the client __client__ refused, status __status__)',
  'reply.rotateSecret': '__reason__ (a new secret for __client__ refused, status __status__)',
  'reply.setPublicKey': '__reason__ (public key of __client__ refused, status __status__)',
  'reply.createJail': '__reason__ (creating the jail refused, status __status__)',
  'reply.deleteJail': '__reason__ (deleting the jail __jail__ refused, status __status__)',
  'reply.list': '__reason__ (listing clients and jails refused, status __status__)',
  'reply.other': '__reason__ (refused: __operation__, status __status__)',
  'reply.redirect':
    '__where__ redirects elsewhere (status __status__): credentials are never sent there, so give that address itself',
  'reply.noServer':
    'There is no stream-sea server at __where__, or what stands before it does not let WebSockets through (status __status__)',
  /** These stand for `__reason__` above. */
  'reply.invalid': 'The server holds the request to be invalid',
  'reply.credentials': 'The credentials are not valid',
  'reply.forbidden': 'These credentials may not do that',
  'reply.missing': 'The server cannot find what was asked for',
  'reply.slow': 'The server took too long',
  'reply.large': 'Too large for the server',
  'reply.busy': 'Too many requests',
  'reply.elsewhere': 'The server redirects elsewhere, where credentials are never sent',
  'reply.failed': 'The server failed',
  'reply.silent': 'No reason given',

  'subscription.refused': 'The server refused the subscription to __stream__',
  'subscription.refusedWith': '__reason__ (subscription to __stream__ refused)',
  'subscription.untaken':
    'Of the __waiting__ messages of __stream__ that wait, nobody has taken one for __seconds__ s; until somebody does, the client reads nothing more',
  'subscription.dropped': 'Messages of __stream__ are dropped: too many came while nobody listened',
  'subscription.listener': 'A listener of the stream __stream__ threw: __reason__',

  'schema.invalid': '__mistakes__ (in the definition)',
  'schema.invalidOf': '__mistakes__ (in the definition of __stream__)',
  'schema.unusable': '__reason__ (the schema of __stream__ cannot be checked)',
  'schema.unchecked':
    'Messages to __stream__ are not checked, as its schema cannot be understood: __reason__',
  'schema.none': 'No schema to check against: define the stream __stream__, or turn checking off.',

  'payload.mismatch': '__problems__ (by the schema of __stream__)',
  'payload.notJson': '__reason__ (the message cannot be written as JSON)',
  'payload.missing': 'The message is missing: there is nothing to send.',
  'payload.tooLarge': 'The message is too large: as JSON it has more than __bytes__ bytes.',
  'payload.failed': '__reason__ (the message could not be sent)',
  'payload.some': '__reason__ (__failed__ of __total__ messages not published to __stream__: __places__)',
  'payload.many':
    '__reason__ (__failed__ of __total__ messages not published to __stream__: __places__; the error lists the first __listed__ of them)',

  /** One thing that is not as it should be: its place, and one of the following. */
  'value.at': '__place__ __problem__',
  'value.wrong': 'should be __expected__, but is __actual__',
  'value.absent': 'should be __expected__, but is missing',
  'value.hidden': 'should be __expected__',
  'value.missing': 'is missing',
  'value.extra': 'is not a field of the schema',
  'value.more': 'and __more__ more',
  'value.noDate': 'is a Date that holds no date',
  'value.farDate': 'is a Date outside the years 0000 to 9999, for which the protocol has no form',
  'value.notFinite': 'is __number__, which JSON cannot say',
  'value.unsayable': 'is a __type__, which JSON cannot say',
  'value.undefined': 'is undefined, of which JSON makes null in a list',
  'value.opaque':
    'is a __type__, of which JSON keeps nothing: make a plain object, a list or a text of it first',
  'value.buffer':
    'is a Buffer, of which JSON makes a list of bytes: make a text (toString) or an object (a json node) of it first',
  'value.circular': 'is __place__ again (a circle)',
  'value.tooDeep': 'nests deeper than __levels__ levels',
  'value.unreadable': 'cannot be read: __reason__',
  'value.tooLong': 'should have __most__ characters at the most',
  'value.halfLetter': 'should not hold half of a letter (a lone surrogate)',
  'value.twice': 'occurs twice',
  'value.listsTwice': 'lists a string twice',
  'value.colon': 'should not hold a colon',
  'value.noPrivateKey': 'should be a private key in PEM form (PKCS #8 or PKCS #1), without a password',
  'value.publicKey': 'is a public key: its private half is needed',
  'value.otherKey': 'should be an RSA key of __bits__ bits or more',
  'value.noFilter': 'is no filter expression: __reason__',
  'value.user': 'should not hold a user name or password: give them as credentials',
  'value.query': 'should be like https://host:443/prefix, without a query or a fragment',

  /** Stand for `__place__` above, where no name does. */
  'place.message': 'The message',
  'place.it': 'it',
  'place.whole': 'the whole message',
  'place.definition': 'A definition',
  'place.body': 'the body',
  'place.frame': 'a frame',

  /** Stand for `__expected__` above. */
  'expected.string': 'a string',
  'expected.someString': 'a string with something in it',
  'expected.boolean': 'true or false',
  'expected.number': 'a number',
  'expected.finite': 'a number of up to __most__',
  'expected.atLeast': 'a number, __least__ or more',
  'expected.integer': 'an integer',
  'expected.positiveInteger': 'a positive integer',
  'expected.date': 'a date YYYY-MM-DDTHH:mm:ssZ',
  'expected.object': 'an object',
  'expected.jsonObject': 'a JSON object',
  'expected.array': 'an array',
  'expected.list': 'a list',
  'expected.either': '__one__ or __other__',
  'expected.oneOf': 'one of __values__',
  'expected.like': 'like __example__',
  'expected.version': 'a number or a string such as "1.2.0"',
  'expected.ownName': "the stream's name",
  'expected.thatName': "the stream's name __stream__",
  'expected.fields': 'a list of fields',
  'expected.field': 'a field',
  'expected.fieldName': "a field's name",
  'expected.strings': 'a list of one or more strings',
  'expected.function': 'a function',
  'expected.signal': 'an AbortSignal',
  'expected.operation': 'an operation of the protocol',
  'expected.expression': 'an expression, an object with "t" and "e"',
  'expected.expressionType': 'a type of expression',
  'expected.oneExpression': 'one expression',
  'expected.twoExpressions': 'a list of two expressions',
  'expected.expressions': 'a list of expressions',
  'expected.path': 'a path to a field, as __example__',

  /** Stand for `__actual__` above. */
  'actual.string': 'the string __text__',
  'actual.number': 'the number __number__',
  'actual.boolean': 'a boolean',
  'actual.object': 'an object',
  'actual.array': 'an array',
  'actual.other': 'a __type__',

  'queue.full': '__limit__ messages are waiting to be sent already: no more are taken.',
  'queue.dropped':
    'The message was dropped to make room for a newer one: __limit__ messages were waiting to be sent.',
  'queue.expired': 'Waited for longer than __seconds__ s: the message was not sent.',
  'queue.purged': 'Thrown away with all that was waiting: the message was not sent.',
  'queue.undeleted':
    '__messages__ messages that were sent could not be deleted from the disk: they will be sent again.',
  'queue.lost': 'Messages that were not sent, and are lost: __messages__',

  'offline.because': 'Not connected: __reason__',
  'offline.unasked': 'Not connected: nobody has asked for it',

  'closed.client': 'The client is closed.',
  'closed.unsent': 'The client was closed before the message was sent.',
  'closed.kept':
    'The client was closed before the message was sent: it is kept on disk, and sent after a restart.',
  'closed.unsure':
    'The client was closed before the message was sent, and before the disk had said whether it is kept there.',
  'closed.unanswered': 'The client was closed before the server had answered.',

  'aborted.sent': 'This was aborted; the server may have what was sent.',
  'aborted.unsent': 'This was aborted; nothing was sent.',

  'store.locked': 'The store in __folder__ is in use: another Node-RED or server may be running with it.',
  'store.unusable': 'The store in __folder__ cannot be used: __reason__',
  'store.stuck': 'The store in __folder__ is damaged, and cannot be set aside: __reason__',
  'store.closed': 'The store in __folder__ is closed.',
  'store.repaired':
    'The store in __folder__ was damaged (__reason__) and has been repaired. Records saved: __records__.',
  'store.repairedInPart':
    'The store in __folder__ was damaged (__reason__) and has been repaired. Records saved: __records__. Bytes that could not be read: __bytes__ (files: __files__). The damaged one is kept as __place__.',
  'store.setAside':
    'The store in __folder__ could not be read (__reason__). It was set aside as __place__ (bytes: __bytes__, files: __files__). Records in the new one: __records__.',
  'store.leftOut': 'The store in __folder__ holds __records__ records that were left out.',
  'store.recordsLeftOut':
    'Records of jails, clients or streams that this release does not understand were left out: __records__.',
  'store.schemaUnreadable':
    'The schema of the stream __stream__ is kept, but cannot be read: __reason__. What is published to it is refused until it is defined again.',
  /** These stand for `__reason__` above. */
  'store.noDatabase': 'it holds __file__, but no database',
  'store.noFolder': 'it is a file, not a folder',
  'store.fileDamaged': '__file__ is damaged',
  'store.fileMissing': '__file__ is missing',
  'store.foreign': 'it holds data of another kind than __format__',
  'store.noMessages': '__broken__ of its __total__ messages are none; the others were kept',

  ...SERVER_SENTENCES,

  /** How a list goes on. */
  'list.next': '__list__; __next__',
  'list.more': '__list__ and __more__ more',

  'setting.noStream': 'The name of the stream is missing',
  'setting.privateKey': 'jwtPublicKey is a private key. It was not sent: give the public one',
  'setting.listener': 'A listener of the event __event__ threw: __reason__',
} as const;

/** Names a sentence of {@link SENTENCES}. */
export type SentenceKey = keyof typeof SENTENCES;

/** The gaps of a sentence, each of which `say` must be given a value for. */
export type Gaps<Key extends SentenceKey> = GapsOf<(typeof SENTENCES)[Key]>;

type Values<Key extends SentenceKey> = Readonly<Record<Gaps<Key>, Words>>;

export function say<Key extends SentenceKey>(
  key: Key,
  ...[values]: [Gaps<Key>] extends [never] ? [] : [Values<Key>]
): Sentence {
  return { key, values: values ?? {} };
}

export function isOwnKey(key: string): key is SentenceKey {
  return Object.hasOwn(SENTENCES, key);
}

/** The text of a sentence; a text or a number as it is. */
export function inEnglish(words: Words): string {
  return inWords(words, (key) => (isOwnKey(key) ? SENTENCES[key] : key));
}

export function tell(warn: Warn, sentence: Sentence): void {
  warn(inEnglish(sentence), sentence);
}
