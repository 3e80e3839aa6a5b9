import assert from 'node:assert/strict';
import { install } from '@sinonjs/fake-timers';
import { LineSamples } from '../../../../nodes/shared/looks/line-samples';

describe('the samples for a picture', () => {
  let clock: ReturnType<typeof install>;

  beforeEach(() => {
    clock = install({ toFake: ['Date', 'performance'], now: 1_000_000 });
  });

  afterEach(() => clock.uninstall());

  const choosing = (field?: string, by?: string): LineSamples => {
    const samples = new LineSamples();
    samples.choose({ field, by });
    return samples;
  };
  const drawn = (samples: LineSamples) =>
    samples
      .take()
      .lines.map(({ name, points }) => [name, ...points.map(([at, value]) => [at - 1_000_000, value])]);

  it('are of one field, with a line for each value of another', () => {
    const samples = choosing('pressure', 'boiler');
    for (const [boiler, pressure] of [
      ['north', 7],
      ['east', 8],
      ['north', 9],
    ] as const) {
      samples.add({ boiler, pressure });
      clock.tick(500);
    }
    samples.add({ boiler: 'east', pressure: 'high' });
    samples.add({ boiler: 'east', pressure: Number.NaN });
    samples.add({ pressure: 5 });
    clock.tick(200);
    assert.deepEqual(drawn(samples), [
      ['north', [0, 7], [1_000, 9]],
      ['east', [500, 8]],
      ['', [1_500, 5]],
    ]);
    assert.deepEqual(drawn(samples), [['north'], ['east'], ['']], 'each is told once');
  });

  it('are the lowest and the highest of each fifth of a second, in their order', () => {
    const samples = choosing('n');
    for (let n = 0; n < 10_000; n += 1) {
      samples.add({ n: n % 100 });
      if (n % 10 === 9) clock.tick(1);
    }
    clock.tick(200);
    const [line] = samples.take().lines;
    assert.equal(line?.points.length, 10, 'ten for a second');
    assert.deepEqual(new Set(line?.points.map(([, value]) => value)), new Set([0, 99]));
    const times = line?.points.map(([at]) => at) ?? [];
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
  });

  it('go on when the clock is set back: they came before others, and no field was found for as long', () => {
    const samples = choosing('n');
    samples.add({ n: 1 });
    clock.setSystemTime(Date.now() - 900_000);
    clock.tick(500);
    samples.add({ n: 2, more: 1 });
    clock.tick(500);
    assert.deepEqual(drawn(samples), [['', [0, 1], [500, 2]]]);
    assert.deepEqual(samples.take().numbers, ['n', 'more']);
  });

  it('have eight lines, and say that there would be more', () => {
    const samples = choosing('n', 'id');
    for (let n = 0; n < 1_000; n += 1) samples.add({ n, id: `id ${n}` });
    const { lines, more } = samples.take();
    assert.deepEqual([lines.length, more], [8, true]);
  });

  it('take no more room however long nobody asks', () => {
    const samples = choosing('n');
    for (let n = 0; n < 1_000; n += 1) {
      samples.add({ n });
      clock.tick(500);
    }
    assert.equal(samples.take().lines[0]?.points.length, 200);
  });

  it('begin anew with another choice, and say since when there is no gap', () => {
    const samples = choosing('a');
    samples.add({ a: 1, b: 2 });
    clock.tick(300);
    samples.choose({ field: 'b' });
    assert.deepEqual(samples.take().lines, []);
    assert.equal(samples.take().since, 1_000_300);
    samples.choose({ field: 'b' });
    assert.equal(samples.take().since, 1_000_300);
  });

  it('name the fields that there are: numbers and texts, nested ones by their path, no dates', () => {
    const samples = choosing();
    const deep = { a: { b: { c: { d: { e: 1 } } } } };
    samples.add({
      t: 1,
      at: '2026-01-02T03:04:05Z',
      place: { room: 'a', 'x.y': 2 },
      list: [1],
      deep,
      no: null,
    });
    const { numbers, texts } = samples.take();
    assert.deepEqual([numbers, texts], [['t', 'place.x.y'], ['place.room']]);
    samples.choose({ field: 'place.x.y', by: 'place.room' });
    samples.add({ place: { room: 'b', 'x.y': 3 } });
    clock.tick(200);
    assert.deepEqual(
      samples.take().lines.map(({ name, points }) => [name, points[0]?.[1]]),
      [['b', 3]],
    );
  });

  it('survive messages of any kind, and very many fields', () => {
    const samples = choosing('a', '__proto__');
    for (const message of [null, undefined, 7, 'text', [], { a: 1 }]) samples.add(message);
    clock.tick(200);
    samples.add(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, index])));
    assert.equal(samples.take().numbers.length, 50);
  });

  it('search no message for fields beyond some', () => {
    let seen = 0;
    const wide: Record<string, unknown> = {};
    for (let index = 0; index < 5_000; index += 1) wide[`f${index}`] = null;
    const samples = choosing('deep');
    const handler: ProxyHandler<Record<string, unknown>> = {
      get: (target, key) => {
        seen += 1;
        return Reflect.get(target, key);
      },
    };
    samples.add(new Proxy({ deep: 1, wide: new Proxy(wide, handler) }, handler));
    assert.ok(seen <= 1_010, `${seen} looked at`);
    assert.deepEqual(samples.take().numbers, ['deep']);
  });
});
