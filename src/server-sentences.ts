/** What a server says to people, and its engines: a part of the table in `sentences.ts`. */

export const SERVER_SENTENCES = {
  'engine.closed': 'The server is closed.',
  'engine.diskRefuses': 'The disk of the server takes nothing now.',
  'engine.diskTakes': 'The disk of the server takes again what is written.',

  /** Of the engine on NATS. */
  'nats.away': 'NATS cannot be reached at __where__: __reason__',
  'nats.silent': 'NATS at __where__ does not answer',
  'nats.unready': 'JetStream cannot be used at __where__ now: it is off, or its servers have no leader',
  'nats.full': 'NATS at __where__ has no room for anything new: __reason__',
  'nats.back': 'NATS at __where__ can be used again.',
  'nats.lostCatalogue': 'NATS at __where__ has lost all jails, clients and definitions: they begin anew',
  'nats.lostJail':
    'NATS has lost what it kept for the jail __jail__: what nobody had received yet, and how far each group was',
  'nats.refused': 'NATS at __where__ refused the credentials',
  'nats.failed': 'NATS at __where__ refused what was asked: __reason__',
  'nats.missing': 'The engine jetstream needs packages that are not installed here: npm install __packages__',
  'nats.setting': 'The engine jetstream cannot be opened like this: __setting__ should be __expected__.',
  'nats.manyGroups':
    'The jail __jail__ has __groups__ lasting groups. Each is a consumer of its own in NATS, for which more than __most__ in one jail become heavy.',
  'nats.stubborn':
    'What NATS keeps for the jail __jail__ stays within other bounds than those set here: __reason__',

  'listen.taken': 'Port __port__ of __host__ is taken by another program. Choose another port.',
  'listen.elsewhere': '__host__ is not an address of this machine, so nothing can listen there.',
  'listen.unknown': 'The host __host__ is not known, so nothing can listen there.',
  'listen.forbidden': 'This program may not listen on port __port__. Choose a port above 1023.',
  'listen.failed': 'Cannot listen on port __port__ of __host__: __reason__',
  'listen.path':
    'Another stream-sea server is at __path__ already. A port has room for one there: give this one a port of its own.',
  'listen.port': "The server's port should be a whole number from 0 to 65535, but is __port__.",
  'listen.jail': 'The first jail cannot be made: __reason__',
  'listen.tls': 'The certificate and its key cannot be used: __reason__',
  'listen.origin': 'An origin of web pages should be like __example__, but is __origin__.',

  'server.caughtUp': 'Changes of jails, clients and definitions are followed again.',
  'server.missed':
    'Messages were dropped before a group of __stream__ had them, as no more are kept: it was away for too long, or reads too slowly (messages: __messages__).',
} as const;
