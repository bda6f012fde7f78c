// Completes package-lock.json. npm leaves out the optional packages of platforms that its registry does not serve, and then
// `npm ci` refuses the file for lacking them. Run after every change of the dependencies: node scripts/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../package-lock.json', import.meta.url);
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const known = { ...lock.packages };

for (const [owner, { optionalDependencies = {}, dev, license }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (known[`node_modules/${name}`] || known[`${owner}/node_modules/${name}`]) continue;
    const words = name.split('/').pop().split('-');
    const [os, cpu, abi = ''] = words.slice(words.findIndex((word) => SYSTEMS.includes(word)));
    if (!SYSTEMS.includes(os)) throw new Error(`${name}: its name tells no platform, so its entry cannot be written`);
    const libc = os !== 'linux' ? undefined : abi.startsWith('musl') ? 'musl' : 'glibc';
    known[`node_modules/${name}`] = { version, cpu: [cpu], ...(dev && { dev }), ...(libc && { libc: [libc] }), license, optional: true, os: [os] };
  }
}

lock.packages = Object.fromEntries(Object.entries(known).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
