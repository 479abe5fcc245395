// roundtrip.js URL [CERT KEY] - MQTT.js subscribes and publishes at every QoS, in 3.1.1 and
// 5.0; prints "N passed, N failed".
'use strict';
const mqtt = require('mqtt');
const fs = require('fs');
const [url, cert, key] = process.argv.slice(2);
const identity = cert ? { cert: fs.readFileSync(cert), key: fs.readFileSync(key) } : {};
let passed = 0, failed = 0;

function check(name, good, got) {
  if (good) { passed++; return; }
  failed++;
  console.log(`FAIL ${name}: ${JSON.stringify(got)}`);
}

function once(emitter, event, ms) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} in ${ms} ms`)), ms);
    emitter.once(event, (...args) => { clearTimeout(timer); resolve(args); });
    emitter.once('error', reject);
  });
}

async function exchange(version, qos) {
  const name = `MQTT.js ${version === 5 ? '5.0' : '3.1.1'} QoS ${qos}`;
  const options = { protocolVersion: version, reconnectPeriod: 0, ...identity };
  const sub = mqtt.connect(url, options), pub = mqtt.connect(url, options);
  try {
    await Promise.all([once(sub, 'connect', 5000), once(pub, 'connect', 5000)]);
    const topic = `js/${version}/${qos}`;
    await sub.subscribeAsync(`${topic}/#`, { qos });
    const message = once(sub, 'message', 5000);
    const properties = version === 5
      ? { userProperties: { b: '2', a: '1' }, contentType: 'text/plain', messageExpiryInterval: 60 }
      : undefined;
    await pub.publishAsync(`${topic}/x`, 'hello', { qos, properties });
    const [gotTopic, payload, packet] = await message;
    check(name, gotTopic === `${topic}/x` && String(payload) === 'hello' && packet.qos === qos, packet);
    if (version === 5) {
      const p = packet.properties || {};
      check(`${name} properties`, p.contentType === 'text/plain' && p.messageExpiryInterval === 60 &&
        p.userProperties && p.userProperties.a === '1' && p.userProperties.b === '2', p);
    }
  } catch (e) {
    check(name, false, e.message);
  } finally {
    await Promise.all([sub.endAsync(true), pub.endAsync(true)]);
  }
}

(async () => {
  for (const version of [4, 5]) for (const qos of [0, 1, 2]) await exchange(version, qos);
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
})();
