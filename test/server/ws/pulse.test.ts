import assert from 'node:assert/strict';
import { Pulse } from '../../../src/server/ws/pulse';

const INTERVAL = 1_000;

describe('Pulse', () => {
  const flow = () => ({ bytesWritten: 0, writableLength: 0, _handle: { writeQueueSize: 0 } });

  it('beats while each ping is answered', () => {
    const pulse = new Pulse(flow(), INTERVAL);
    for (let beat = 0; beat < 5; beat += 1) {
      assert.equal(pulse.beat(), true);
      pulse.answered(pulse.ping());
    }
  });

  it('is not kept alive by pongs that answer none of its pings, or one that was answered', () => {
    const pulse = new Pulse(flow(), INTERVAL);
    assert.equal(pulse.beat(), true);
    const content = pulse.ping();
    pulse.answered(content);
    assert.equal(pulse.beat(), true);
    pulse.ping();
    for (const other of [content, Buffer.alloc(0), Buffer.alloc(8)]) pulse.answered(other);
    assert.equal(pulse.beat(), false);
  });

  it('takes an answer to one of its pings for those before it, too', () => {
    const socket = { ...flow(), bytesWritten: 50_000 };
    const pulse = new Pulse(socket, INTERVAL);
    const [first, second] = [pulse.ping(20_000), pulse.ping(50_000)];
    pulse.answered(second);
    assert.equal(pulse.isBehind(1), false);
    pulse.answered(first);
    assert.equal(pulse.isBehind(1), false);
  });

  it('is dead at the next ping when it owes us nothing but a pong', () => {
    const socket = flow();
    const pulse = new Pulse(socket, INTERVAL);
    assert.equal(pulse.beat(), true);
    // Our own ping, which the kernel takes for the dead too.
    socket.bytesWritten += 2;
    assert.equal(pulse.beat(), false);
  });

  it('lives while something of what waits leaves, however little', () => {
    const socket = { ...flow(), bytesWritten: 1_000_000, writableLength: 500_000 };
    const pulse = new Pulse(socket, INTERVAL);
    for (let beat = 0; beat < 10; beat += 1) {
      assert.equal(pulse.beat(), true);
      socket.writableLength -= 1;
    }
  });

  it('lives while one large frame leaves in parts, which the kernel alone knows', () => {
    const socket = { ...flow(), bytesWritten: 1e6, writableLength: 1e6, _handle: { writeQueueSize: 1e6 } };
    const pulse = new Pulse(socket, INTERVAL);
    for (let beat = 0; beat < 10; beat += 1) {
      assert.equal(pulse.beat(), true);
      socket._handle.writeQueueSize -= 1_000;
    }
  });

  it('knows how long all that is on its way may take to be read, at 10 kB in a second', () => {
    const socket = { ...flow(), bytesWritten: 50_000 };
    const pulse = new Pulse(socket, INTERVAL);
    assert.equal(pulse.timeToRead, 7_000);
    pulse.answered(pulse.ping(50_000));
    socket.bytesWritten += 20_000;
    assert.equal(pulse.timeToRead, 4_000);
  });

  it('is dead when nothing at all has left for two pings', () => {
    const socket = { ...flow(), bytesWritten: 1e6, writableLength: 1e6 };
    const pulse = new Pulse(socket, INTERVAL);
    assert.deepEqual([pulse.beat(), pulse.beat(), pulse.beat()], [true, true, false]);
  });

  it('is trusted to read on, at 10 kB in a second, what the kernel has before the ping', () => {
    const socket = { ...flow(), bytesWritten: 35_000 };
    const pulse = new Pulse(socket, INTERVAL);
    const pings: Buffer[] = [];
    assert.deepEqual(
      [1, 2, 3, 4, 5].map(() => {
        const isAlive = pulse.beat();
        pings.push(pulse.ping());
        return isAlive;
      }),
      [true, true, true, true, false],
    );
    pulse.answered(pings[0] ?? Buffer.alloc(0));
    assert.equal(pulse.beat(), true);
    // Of what it has read by then, nothing counts.
    assert.equal(pulse.beat(), false);
  });

  it('goes by pongs again once nothing waits', () => {
    const socket = { ...flow(), bytesWritten: 100, writableLength: 100 };
    const pulse = new Pulse(socket, INTERVAL);
    assert.equal(pulse.beat(), true);
    socket.writableLength = 0;
    assert.equal(pulse.beat(), true, 'all has left since');
    assert.equal(pulse.beat(), false);
  });

  it('tells whether more is on its way than is read within so many milliseconds', () => {
    const socket = flow();
    const pulse = new Pulse(socket, INTERVAL);
    assert.equal(pulse.isBehind(100), false);
    socket.bytesWritten = 1_000;
    assert.equal(pulse.isBehind(100), false);
    socket.bytesWritten = 1_001;
    assert.equal(pulse.isBehind(100), true);
    pulse.answered(pulse.ping());
    assert.equal(pulse.isBehind(100), false);
    socket.writableLength = 1;
    assert.equal(pulse.isBehind(100), true);
  });

  it('goes on by what was asked before, once it asks no more', () => {
    const socket = { ...flow(), bytesWritten: 25_000 };
    const pulse = new Pulse(socket, INTERVAL);
    assert.deepEqual(
      [1, 2, 3, 4].map(() => pulse.beat()),
      [true, true, true, false],
    );
    const reading = new Pulse(socket, INTERVAL);
    const pings = Array.from({ length: 10 }, (_, at) => reading.ping(10_000 + at));
    for (const ping of pings) {
      assert.equal(reading.beat(), true);
      reading.answered(ping);
    }
  });
});
