import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FLAG_NAMES, flagOf } from '../../../bin/settings/flag-table';
import { parseCommand } from '../../../bin/settings/flags';
import type { Settings } from '../../../bin/settings/settings';
import { FlagError } from '../../../bin/settings/values';

describe('the command line', () => {
  const settings = (args: string[], env: Record<string, string> = {}): Settings => {
    const command = parseCommand(args, env);
    assert(command.name === 'serve');
    return command.settings;
  };

  it('serves, when nothing is said, in memory and for this machine', () => {
    assert.deepEqual(settings([]), {
      host: '127.0.0.1',
      port: 8080,
      engine: { name: 'memory' },
      tls: undefined,
      cors: undefined,
      limits: {},
      probes: true,
      log: 'info',
      firstClient: undefined,
      unknownVariables: [],
    });
  });

  it('takes each flag as a variable, too, and the flag comes first', () => {
    const env = {
      STREAM_SEA_PORT: '1',
      STREAM_SEA_TLS_CERT: 'a',
      STREAM_SEA_TLS_KEY: 'b',
      STREAM_SEA_LOG: 'warn',
    };
    const { port, tls, log } = settings(['--port', '2', '--tls-key=c'], env);
    assert.deepEqual({ port, tls, log }, { port: 2, tls: { certFile: 'a', keyFile: 'c' }, log: 'warn' });
  });

  it('takes a variable that is set to nothing as not set', () => {
    assert.equal(settings([], { STREAM_SEA_PORT: '', STREAM_SEA_FOLDER: '' }).engine.name, 'memory');
  });

  it('adds up lists', () => {
    const { limits, cors } = settings([
      ...['--limit', 'maxStreams=5', '--limit=maxJails=6, maxClients=7'],
      '--cors=https://a.example,https://b.example:8443',
    ]);
    assert.deepEqual(limits, { maxStreams: 5, maxJails: 6, maxClients: 7 });
    assert.deepEqual(cors, ['https://a.example', 'https://b.example:8443']);
    assert.equal(settings(['--cors', '*']).cors, '*');
  });

  it('names what is set, looks like ours, and means nothing', () => {
    const env = {
      STREAM_SEA_PROT: '1',
      STREAM_SEA_CLIENT_ID: 'a',
      STREAM_SEA_CLIENT_SECRET: 'b',
      STREAM_SEA_HELP: '',
      PATH: '',
    };
    assert.deepEqual(settings([], env).unknownVariables, ['STREAM_SEA_PROT', 'STREAM_SEA_HELP']);
  });

  for (const [flag, name] of [
    ['--help', 'help'],
    ['-h', 'help'],
    ['--version', 'version'],
    ['-v', 'version'],
    ['--check', 'check'],
    ['--healthy', 'healthy'],
  ] as const) {
    it(`takes ${flag}`, () => assert.equal(parseCommand([flag], {}).name, name));
  }

  it('says its help whatever else is wrong', () => {
    assert.equal(parseCommand(['--port', 'x', '--help'], { STREAM_SEA_ENGINE: 'x' }).name, 'help');
  });

  const wrong: [string, string[], RegExp, Record<string, string>?][] = [
    ['an unknown flag', ['--prot', '1'], /^"--prot" is no flag of this program$/],
    ['an unknown flag of one letter', ['-p', '1'], /^"-p" is no flag/],
    ['what is no flag', ['serve'], /^"serve" is no flag$/],
    ['what is no flag and has two lines', ['a\nb'], /^"a\\nb" is no flag$/],
    ['a name of Object', ['--constructor=1'], /"--constructor" is no flag/],
    ['a switch with a value', ['--help=yes'], /^--help takes no value$/],
    ['a negated flag', ['--no-check'], /"--no-check" is no flag/],
    ['a flag twice', ['--port', '1', '--port', '2'], /^--port is given twice$/],
    ...FLAG_NAMES.filter((name) => flagOf(name).value !== undefined).map(
      (name): [string, string[], RegExp] => [
        `no value for --${name}`,
        [`--${name}`],
        /^--\S+ wants a value: --/,
      ],
    ),
    ['a forgotten value', ['--host', '--port', '1'], /^--host wants a value: --host ADDRESS$/],
    ['an empty value', ['--host='], /^--host wants a value/],
    [
      'a port that is too high',
      ['--port', '65536'],
      /^--port should be a whole number from 0 to 65535, but is "65536"$/,
    ],
    ['a port of letters', ['--port', 'http'], /but is "http"$/],
    ['a port with a sign', ['--port=-1'], /but is "-1"$/],
    [
      'what Kubernetes sets for a service of our name',
      [],
      /^STREAM_SEA_PORT should be .* but is "tcp:/,
      { STREAM_SEA_PORT: 'tcp://10.0.0.1:80' },
    ],
    [
      'an unknown engine',
      ['--engine', 'redis'],
      /^--engine should be memory, disk or jetstream, but is "redis"$/,
    ],
    [
      'an unknown level',
      [],
      /^STREAM_SEA_LOG should be debug, info, warn or error/,
      { STREAM_SEA_LOG: 'loud' },
    ],
    ['an unknown durability', ['--folder', 'a', '--durability', 'x'], /written or flushed/],
    ['an unknown word for probes', ['--probes', 'yes'], /on or off/],
    ['disk without a folder', ['--engine', 'disk'], /wants a folder: --folder PATH$/],
    ['jetstream without NATS', ['--engine', 'jetstream'], /wants NATS servers: --nats/],
    [
      'a folder in memory',
      ['--engine', 'memory', '--folder', 'a'],
      /^--folder does not go with the engine memory$/,
    ],
    [
      'durability without a folder',
      ['--durability', 'flushed'],
      /^--durability does not go with the engine memory$/,
    ],
    ['a folder and NATS', ['--nats', 'a'], /^STREAM_SEA_NATS|does not go with/, { STREAM_SEA_FOLDER: 'b' }],
    [
      'replicas on disk',
      ['--folder', 'a', '--replicas', '3'],
      /^--replicas does not go with the engine disk$/,
    ],
    ['replicas that agree on nothing', ['--nats', 'a', '--replicas', '2'], /should be 1, 3 or 5/],
    ['a NATS server of another scheme', ['--nats', 'http://a:4222'], /^--nats should hold addresses/],
    ['a NATS server with a path', ['--nats', 'nats://a/b'], /^--nats should hold addresses/],
    ['commas alone', ['--nats', ','], /^--nats is empty$/],
    ['half a user of NATS', ['--nats', 'a'], /go together$/, { STREAM_SEA_NATS_USER: 'a' }],
    ['two ways into NATS', ['--nats', 'u:p@a', '--nats-credentials', 'f'], /more than one way/],
    ['a certificate without its key', ['--tls-cert', 'a'], /wants both/],
    ['a key without its certificate', ['--tls-key', 'a'], /wants both/],
    ['an origin with a path', ['--cors', 'https://a.example/'], /but has "https:\/\/a\.example\/"$/],
    ['an origin without a scheme', ['--cors', 'a.example'], /but has "a\.example"$/],
    ['* among origins', ['--cors', '*,https://a.example'], /but has "\*"$/],
    [
      'an unknown limit',
      ['--limit', 'maxFun=1'],
      /^--limit: there is no limit "maxFun"; guide\/limits\.md lists them$/,
    ],
    ['a limit of Object', ['--limit', 'toString=1'], /there is no limit/],
    ['a limit without a number', ['--limit', 'maxJails'], /maxJails should be a whole number, but is ""$/],
    ['a limit of letters', ['--limit', 'maxJails=1e3'], /but is "1e3"$/],
    ['a limit of 0', ['--limit', 'maxJails=0'], /maxJails should be a positive whole number, but is 0/],
    ['an id without a secret', [], /goes with one of/, { STREAM_SEA_CLIENT_ID: 'a' }],
    ['a secret without an id', [], /goes with one of/, { STREAM_SEA_CLIENT_SECRET: 'hush' }],
    [
      'two secrets',
      [],
      /goes with one of/,
      { STREAM_SEA_CLIENT_ID: 'a', STREAM_SEA_CLIENT_SECRET: 'hush', STREAM_SEA_CLIENT_SECRET_FILE: 'f' },
    ],
    ['an id with a colon', [], /no colon/, { STREAM_SEA_CLIENT_ID: 'a:b', STREAM_SEA_CLIENT_SECRET: 'hush' }],
  ];
  for (const [what, args, message, env = {}] of wrong) {
    it(`refuses ${what}, in one line`, () => {
      assert.throws(
        () => parseCommand(args, env),
        (error) => {
          assert(error instanceof FlagError);
          assert.match(error.message, message);
          assert.doesNotMatch(error.message, /[\r\n]|hush/);
          return true;
        },
      );
    });
  }

  it('never quotes an address that may hold a password', () => {
    assert.throws(
      () => parseCommand(['--nats', 'http://user:hush@a'], {}),
      (error) => {
        assert.doesNotMatch(String(error), /hush/);
        return true;
      },
    );
  });
});
