import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { Secrets } from '../../../src/client/identity/secrets';
import { say } from '../../../src/sentences';
import { KEYS } from '../../support/sea/tokens';

const SECRET = 'p+ä/s"w&o <r>\\d';
const JWT = 'eyJhbGciOiJSUzUxMiJ9.eyJleHAiOjF9.c2lnbmF0dXJlLW9mLWl0LWFsbA';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('client/secrets (P36)', () => {
  const secrets = new Secrets(
    { clientId: 'gauge', clientSecret: SECRET, jwt: JWT },
    new URL('http://mole:tunnel%40work@proxy:3128'),
  );
  const header = `Basic ${base64(`gauge:${SECRET}`)}`;

  const forms: Readonly<Record<string, string>> = {
    'as it is': SECRET,
    'in JSON': JSON.stringify({ clientSecret: SECRET }),
    'in JSON without letters beyond ASCII': JSON.stringify(SECRET)
      .replace('ä', '\\u00e4')
      .replace('&', '\\u0026'),
    'in JSON in JSON, as logs have it': JSON.stringify(SECRET).replaceAll('/', '\\/'),
    'in an address': encodeURIComponent(SECRET),
    'in an address, in small letters': encodeURIComponent(SECRET).toLowerCase(),
    'in an address, in part': encodeURI(SECRET),
    'in a form': new URLSearchParams({ secret: SECRET }).toString(),
    'in HTML': SECRET.replaceAll('&', '&amp;')
      .replaceAll('"', '&quot;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;'),
    'in HTML, by numbers': SECRET.replace(/[^a-z]/g, (letter) => `&#${letter.codePointAt(0)};`),
    'in HTML, by numbers to the base of 16': SECRET.replace(
      /[^a-z]/g,
      (letter) => `&#x${letter.codePointAt(0)?.toString(16)};`,
    ),
    'in bytes': Buffer.from(SECRET).toString('hex'),
    'in bytes, in capitals': Buffer.from(SECRET).toString('hex').toUpperCase(),
    'in a dump of bytes': inspect(Buffer.from(SECRET)),
    'in bytes of a program': [...Buffer.from(SECRET)].map((byte) => `0x${byte.toString(16)}`).join(', '),
    'in the JSON of bytes': JSON.stringify(Buffer.from(SECRET)),
    'in an array of bytes': inspect(new Uint8Array(Buffer.from(SECRET))).replace(/\s+/g, ' '),
    'in the bytes of the header': Buffer.from(header).toString('hex'),
    'in base64': base64(SECRET),
    'in the base64 of more': base64(`{"type":"basic","clientId":"gauge","clientSecret":${SECRET}}`),
    'in the base64 of a little more': base64(`x${SECRET}x`),
    'in the base64 of addresses': Buffer.from(`xx${SECRET}`).toString('base64url'),
    'in the header': header,
    'in the header without its name': header.slice('Basic '.length),
    'in the header without its last letters': header.replace(/=+$/, ''),
    'in the header in an address': encodeURIComponent(header),
    'in the base64 of the header': base64(`Authorization: ${header}`),
    'as a token': `Bearer ${JWT}`,
    'as the signature of a token': JWT.split('.')[2] ?? '',
    "as the proxy's": 'http://mole:tunnel%40work@proxy:3128',
    "as the proxy's header": `Proxy-Authorization: Basic ${base64('mole:tunnel@work')}`,
  };

  for (const [where, text] of Object.entries(forms)) {
    it(`hides it ${where}`, () => {
      const hidden = secrets.hide(`before "${text}" after`);
      assert.match(hidden, /^before ".*\*\*\*.*" after$/);
      for (const part of [SECRET.slice(0, 5), 'tunnel', JWT.slice(-10), base64(SECRET).slice(4, 12)]) {
        assert.ok(!hidden.includes(part), hidden);
      }
      assert.ok(!decodeURIComponent(hidden.replace(/%(?![\dA-F]{2})/gi, '%25')).includes(SECRET));
    });
  }

  it('hides any secret of some length, in any text, in each of these forms', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 6 }),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          const all = new Secrets({ clientId: 'gauge', clientSecret: secret });
          const escaped = JSON.stringify(secret).slice(1, -1);
          for (const form of [secret, escaped, base64(`gauge:${secret}`), encodeURIComponent(secret)]) {
            const hidden = all.hide(before + form + after);
            if (!'***'.includes(form) && !`${before}***${after}`.includes(form))
              assert.ok(!hidden.includes(form), hidden);
          }
        },
      ),
    );
  });

  it('hides what of a long one a dump of bytes shows of its beginning', () => {
    const clientSecret = '0123456789abcdef'.repeat(4);
    const long = new Secrets({ clientId: 'gauge', clientSecret });
    assert.equal(long.hide(inspect(Buffer.from(clientSecret))), '<Buffer *** ... 14 more bytes>');
    const listed = long.hide(JSON.stringify({ data: [...Buffer.from(`a ${clientSecret}`)], count: 1 }));
    assert.equal(listed, '{"data":[97,32,***],"count":1}');
  });

  it('hides one of any length, and each of its ends', () => {
    const numbers = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n));
    // One with a letter of four bytes where the beginning ends.
    for (const jwt of [
      '\u{1F511}a'.repeat(2_000),
      numbers(2_000).join('"\u{1F511}'),
      numbers(200_000).join('/'),
    ]) {
      const long = new Secrets({ clientId: 'gauge', jwt });
      for (const text of [jwt, JSON.stringify(jwt), base64(jwt), Buffer.from(jwt).toString('hex')]) {
        assert.match(long.hide(`before <${text}> after`), /^before <"?(\*\*\*)+.{0,4}> after$/);
      }
      assert.equal(long.hide(`...${jwt.slice(-2_500)}`).slice(-3), '***');
      assert.ok(!long.hide(`${jwt.slice(0, 2_500)}`).includes(jwt.slice(0, 1_000)));
    }
  });

  it('hides a short one where it stands by itself, and leaves words whole', () => {
    const short = new Secrets({ clientId: 'c', clientSecret: 'ab1' });
    assert.equal(short.hide('no ab1; "ab1", c:ab1 and %3Aab1&x=ab1'), 'no ***; "***", *** and %3A***&x=***');
    assert.equal(short.hide('crab1 ab12 äab1 ab1é'), 'crab1 ab12 äab1 ab1é');
    assert.equal(short.hide(base64('c:ab1')), '***');
  });

  it('hides a single letter only with its client, and nothing where there is no secret', () => {
    const letter = new Secrets({ clientId: 'gauge', clientSecret: 's' });
    assert.equal(letter.hide(`it is gauge:s, "s" or ${base64('gauge:s')}`), 'it is ***, "s" or ***');
    const none = new Secrets({ clientId: 'gauge' }, new URL('http://proxy:3128'));
    assert.equal(none.hide('gauge at proxy:3128'), 'gauge at proxy:3128');
  });

  it('hides what is special in a pattern', () => {
    const special = '.*+?^${}()|[]\\/-#&,~ \n\t';
    const all = new Secrets({ clientId: 'gauge', clientSecret: special });
    assert.equal(all.hide(`<${special}>`), '<***>');
    assert.equal(all.hide('anything at all'), 'anything at all');
  });

  it('learns the tokens that are fetched, and keeps the last few', () => {
    const learning = new Secrets({ clientId: 'gauge', jwt: () => 'not called' });
    for (let n = 0; n < 100; n += 1) learning.learn(`header.claims${n}.signature${n}`);
    assert.equal(learning.hide('header.claims99.signature99 header.claims96.signature96'), '*** ***');
    learning.learn('header.claims99.signature99');
    assert.match(learning.hide('header.claims0.signature0'), /claims0/);
  });

  it('takes no time over a long text, nor over one that nearly holds it', () => {
    const text = 'a'.repeat(1_000_000);
    const nearly = new Secrets({ clientId: 'gauge', clientSecret: `${'a'.repeat(100)}b`, jwt: JWT });
    assert.equal(nearly.hide(text), text);
  });

  it('tells words of every kind without it, and no text longer than anybody reads', () => {
    const told = secrets.fitToTell(
      say('subscription.refusedWith', { stream: '"s"', reason: [`no ${SECRET}`, 7, say('reply.busy')] }),
    );
    assert.deepEqual(told, {
      key: 'subscription.refusedWith',
      values: { stream: '"s"', reason: ['no ***', 7, { key: 'reply.busy', values: {} }] },
    });
    const long = secrets.fitToTell(`${'x'.repeat(999)}💧${SECRET}`);
    assert.equal(long, `${'x'.repeat(999)}\uFFFD…`);
    assert.equal(secrets.fitToTell(`${'x'.repeat(990)}${SECRET}`), `${'x'.repeat(990)}***`);
  });

  it('finds what is wrong with a text without it', () => {
    const thrown = secrets.thrownBy(JSON.parse, `{"a":${SECRET}}`);
    assert.ok(thrown instanceof SyntaxError && !thrown.message.includes(SECRET.slice(0, 3)), `${thrown}`);
    assert.equal(secrets.thrownBy(JSON.parse, `"${SECRET}"`), undefined);
  });

  it('hides each line of a private key, also of one that cannot be read', () => {
    const lines = KEYS.privateKey.trim().split('\n').slice(1, -1);
    const all = new Secrets({ clientId: 'gauge', privateKey: KEYS.privateKey.replaceAll('\n', ' ') });
    for (const line of lines) assert.equal(all.hide(`<${line}>`), '<***>');
    assert.ok(!lines.some((line) => all.hide(KEYS.privateKey).includes(line)));
    const odd = new Secrets({ clientId: 'gauge', privateKey: 'no PEM at all' });
    assert.equal(odd.hide('it is no PEM at all'), 'it is ***');
  });

  it('hides what was given before as well, and of long ago no more than it may hold', () => {
    const all = new Secrets({ clientId: 'gauge', clientSecret: 'secret-0' });
    for (const n of [1, 2, 3, 4]) all.know({ clientId: 'gauge', clientSecret: `secret-${n}` });
    assert.equal(all.hide('secret-4 secret-1 secret-0'), '*** *** secret-0');
  });
});
