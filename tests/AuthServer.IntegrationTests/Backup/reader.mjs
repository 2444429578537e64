// Reads a backup with nothing but docs/backup-format.md: node reader.mjs FILE < BACKUP_KEY
// Prints the description, and count, digest and first row of each table, as JSON.
import { createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';

const file = readFileSync(process.argv[2]);
const key = Buffer.from(readFileSync(0, 'utf8').trim(), 'base64');
const magic = Buffer.from('89415042 0d0a1a0a'.replace(' ', ''), 'hex');
const hkdf = (salt, info, length) => Buffer.from(hkdfSync('sha256', key, salt, info, length));

function open(secret, nonce, ciphertext, tag, associated) {
  const cipher = createDecipheriv('aes-256-gcm', secret, nonce);
  cipher.setAAD(associated);
  cipher.setAuthTag(tag);
  return Buffer.concat([cipher.update(ciphertext), cipher.final()]);
}

// Head and description
const head = file.subarray(0, 512);
if (!head.subarray(0, 8).equals(magic)) throw new Error('no backup');
if (head.readUInt16BE(8) !== 1) throw new Error('another version');
const id = head.subarray(12, 28);
const length = head.readUInt32BE(28);
const description = file.subarray(1024, 1024 + length);
if (!head.subarray(32, 40).equals(hkdf('', 'authplatform/backup/1/mark', 8))) throw new Error('another key');
const binding = createHash('sha256')
  .update(head.subarray(0, 10)).update(id).update(head.subarray(28, 32)).update(description).digest();
const dataKey = open(
  hkdf(id, 'authplatform/backup/1/wrap', 32), head.subarray(40, 52), head.subarray(52, 84), head.subarray(84, 100), binding);

// Chunks
const plain = [];
let at = 1024 + length;
for (let index = 0, last = false; !last; index++) {
  const header = file.subarray(at, at + 16);
  if (!header.subarray(0, 8).equals(id.subarray(8)) || header.readUInt32BE(8) !== index) throw new Error('not the next chunk');
  const word = header.readUInt32BE(12);
  last = word >= 0x80000000;
  const size = word & 0x7fffffff;
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce[11] = last ? 1 : 0;
  const end = at + 16 + size;
  plain.push(open(dataKey, nonce, file.subarray(at + 16, end), file.subarray(end, end + 16), Buffer.concat([binding, header])));
  at = end + 16;
}
if (at !== file.length) throw new Error('bytes after the last chunk');

// Content
const content = brotliDecompressSync(Buffer.concat(plain));
let place = 0;

function varint() {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = content[place++];
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return Number(value);
  }
}

function take(count) {
  place += count;
  return content.subarray(place - count, place);
}

const hexOf = bytes => bytes.toString('hex');
const valueOf = {
  1: bytes => bytes.toString('utf8'),
  2: bytes => Number(bytes.readBigInt64BE()),
  3: bytes => bytes[0] === 1,
  4: bytes => new Date(Number(bytes.readBigInt64BE() / 1000n)).toISOString(),
  5: bytes => hexOf(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  6: hexOf,
  7: bytes => JSON.parse(bytes.toString('utf8')),
};

function rowOf(columns) {
  const row = {};
  for (const { name, type } of columns) {
    const size = varint();
    row[name] = size === 0 ? null : valueOf[type](take(size - 1));
  }
  return row;
}

const tables = [];
while (content[place++] === 1) {
  const name = take(varint()).toString('utf8');
  const columns = [];
  for (let count = varint(); count > 0; count--) columns.push({ name: take(varint()).toString('utf8'), type: content[place++] });
  let [sum, rows, first] = [0n, 0, null];
  for (let size = varint(); size > 0; size = varint()) {
    const start = place;
    const row = rowOf(columns);
    if (place !== start + size) throw new Error('a row of another length');
    sum = (sum + BigInt('0x' + hexOf(createHash('sha256').update(content.subarray(start, place)).digest()))) % (1n << 256n);
    first ??= row;
    rows++;
  }
  const digest = sum.toString(16).padStart(64, '0');
  if (varint() !== rows || hexOf(take(32)) !== digest) throw new Error(`${name} is not what was written`);
  tables.push({ table: name, rows, digest, first });
}
if (varint() !== tables.length || place !== content.length) throw new Error('not the end');
console.log(JSON.stringify({ description: JSON.parse(description.toString('utf8')), tables }));
