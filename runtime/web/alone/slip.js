// Verifies a slip without a network and without a server: the keys of all stations stand in this page.
// Ed25519 (RFC 8032) and SHA-2 in whole numbers, since browsers of 2020 bring no Ed25519 of their own.
// docs/protocol.md section 9.8 says what a slip is.
"use strict";
const { roster, county, stations } = JSON.parse(document.getElementById("stations").textContent);
const CONTEXT = "yizhan/slip/1\0", MARK = "YZ1:", MOST = 4000;
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", ROW = 28, CHECKS = 2;

class Wrong extends Error {
  constructor(code, detail = "") {
    super(code);
    Object.assign(this, { code, detail });
  }
}

// ---- whole numbers and bytes
const mod = (value, by) => ((value % by) + by) % by;
const power = (base, exponent, by) => {
  let result = 1n;
  for (base = mod(base, by); exponent; exponent >>= 1n, base = base * base % by)
    if (exponent & 1n) result = result * base % by;
  return result;
};
const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (two) => parseInt(two, 16));
const big = (bytes) => BigInt(`0x${hex(bytes) || 0}`);
const little = (bytes) => big(Uint8Array.from(bytes).reverse());
const joined = (...parts) => Uint8Array.from(parts.flatMap((one) => Array.from(one)));
const root = (value, degree) => { // the whole part of it
  let low = 0n, high = 1n << 80n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= value) low = middle;
    else high = middle;
  }
  return low;
};

// ---- SHA-256 and SHA-512 (FIPS 180-4): their constants are roots of the first primes
const primes = [];
for (let one = 2; primes.length < 80; one++) if (primes.every((by) => one % by)) primes.push(one);
const hash = (bytes, bits) => {
  const mask = (1n << bits) - 1n, size = Number(bits) * 2, rounds = bits === 64n ? 80 : 64;
  const turns = bits === 64n
    ? [[28n, 34n, 39n], [14n, 18n, 41n], [1n, 8n, 7n], [19n, 61n, 6n]]
    : [[2n, 13n, 22n], [6n, 11n, 25n], [7n, 18n, 3n], [17n, 19n, 10n]];
  const turn = (one, by) => ((one >> by) | (one << (bits - by))) & mask;
  const three = (one, [a, b, c]) => turn(one, a) ^ turn(one, b) ^ turn(one, c);
  const small = (one, [a, b, c]) => turn(one, a) ^ turn(one, b) ^ (one >> c);
  const k = primes.slice(0, rounds).map((one) => root(BigInt(one) << (3n * bits), 3n) & mask);
  let state = primes.slice(0, 8).map((one) => root(BigInt(one) << (2n * bits), 2n) & mask);
  const length = unhex((BigInt(bytes.length) * 8n).toString(16).padStart(size / 4, "0"));
  const gap = size - ((bytes.length + 1 + length.length) % size || size);
  const padded = joined(bytes, [128], new Uint8Array(gap), length);
  for (let at = 0; at < padded.length; at += size) {
    const w = [];
    for (let n = 0; n < 16; n++) w.push(big(padded.subarray(at + n * size / 16, at + (n + 1) * size / 16)));
    for (let n = 16; n < rounds; n++)
      w.push((small(w[n - 2], turns[3]) + w[n - 7] + small(w[n - 15], turns[2]) + w[n - 16]) & mask);
    let [a, b, c, d, e, f, g, h] = state;
    for (let n = 0; n < rounds; n++) {
      const one = h + three(e, turns[1]) + ((e & f) ^ (~e & mask & g)) + k[n] + w[n];
      const two = three(a, turns[0]) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & mask, c, b, a, (one + two) & mask];
    }
    state = [a, b, c, d, e, f, g, h].map((one, n) => (one + state[n]) & mask);
  }
  return unhex(state.map((one) => one.toString(16).padStart(size / 8, "0")).join(""));
};

// ---- Ed25519
const P = (1n << 255n) - 19n, L = (1n << 252n) + 27742317777372353535851937790883648493n;
const D = mod(-121665n * power(121666n, P - 2n, P), P), I = power(2n, (P - 1n) / 4n, P);
const point = (bytes) => {
  const y = little(bytes) & ((1n << 255n) - 1n), sign = BigInt(bytes[31] >> 7);
  if (y >= P) return null;
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n, P), P);
  let x = power(square, (P + 3n) / 8n, P);
  if (x * x % P !== square) x = x * I % P;
  if (x * x % P !== square || (!x && sign)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, x * y % P];
};
const plus = ([a, b, c, d], [e, f, g, h]) => {
  const one = mod((b - a) * (f - e), P), two = (b + a) * (f + e) % P;
  const three = 2n * d * D * h % P, four = 2n * c * g % P;
  const [x, z, u, v] = [two - one, four - three, four + three, two + one];
  return [mod(x * z, P), mod(u * v, P), mod(z * u, P), mod(x * v, P)];
};
const times = (one, by) => {
  let result = [0n, 1n, 1n, 0n];
  for (; by; by >>= 1n, one = plus(one, one)) if (by & 1n) result = plus(result, one);
  return result;
};
const BASE = point(unhex(`58${"66".repeat(31)}`));
const isSigned = (key, message, signature) => {
  const owner = point(key), nonce = point(signature.subarray(0, 32));
  const s = little(signature.subarray(32));
  if (signature.length !== 64 || !owner || !nonce || s >= L) return false;
  const k = little(hash(joined(signature.subarray(0, 32), key, message), 64n)) % L;
  const [a, b] = [times(BASE, s), plus(nonce, times(owner, k))];
  return mod(a[0] * b[2] - b[0] * a[2], P) === 0n && mod(a[1] * b[2] - b[1] * a[2], P) === 0n;
};

// ---- the slip
const rowsOf = (text) => {
  const plain = text.normalize("NFKC").replace(/[\s\u200b-\u200f\u2060\ufeff-]/g, "").toUpperCase();
  return (plain.startsWith(MARK) ? plain.slice(MARK.length) : plain)
    .replace(/O/g, "0").replace(/[IL]/g, "1").match(/.{1,30}/gs) || [];
};
const bytesOf = (text) => {
  if (text.length > MOST) throw new Wrong("typed");
  const data = rowsOf(text).map((row, at) => {
    const part = row.slice(0, -CHECKS), digest = hash(new TextEncoder().encode(`${at}:${part}`), 32n);
    const check = DIGITS[digest[0] >> 3] + DIGITS[digest[1] >> 3];
    const isRow = part && Array.from(part).every((one) => DIGITS.includes(one));
    if (!isRow || row.slice(-CHECKS) !== check) throw new Wrong("typed", at + 1);
    return part;
  }).join("");
  let bits = "";
  for (const one of data) bits += DIGITS.indexOf(one).toString(2).padStart(5, "0");
  if (!data || bits.length % 8 >= 5 || /1/.test(bits.slice(bits.length - bits.length % 8)))
    throw new Wrong("typed");
  return Uint8Array.from(bits.match(/.{8}/g), (one) => parseInt(one, 2));
};
const unpacked = (bytes) => { // as much of MessagePack as a slip has
  let at = 0;
  const take = (size) => {
    if (at + size > bytes.length) throw new Wrong("typed");
    return bytes.subarray(at, at += size);
  };
  const value = () => {
    const kind = take(1)[0];
    if (kind < 0x80) return BigInt(kind);
    if (kind >= 0x90 && kind < 0xa0) return Array.from({ length: kind - 0x90 }, value);
    if (kind >= 0xa0 && kind < 0xc0) return new TextDecoder("utf-8", { fatal: true }).decode(take(kind - 0xa0));
    if (kind === 0xd9) return new TextDecoder("utf-8", { fatal: true }).decode(take(take(1)[0]));
    if (kind === 0xc4 || kind === 0xc5) return take(Number(big(take(kind - 0xc3))));
    if (kind >= 0xcc && kind <= 0xcf) return big(take(1 << (kind - 0xcc)));
    throw new Wrong("typed");
  };
  const found = value();
  if (at !== bytes.length) throw new Wrong("typed");
  return found;
};
const verified = (text) => {
  let body, signature, slip;
  try {
    [body, signature] = unpacked(bytesOf(text));
    slip = unpacked(body);
  } catch (error) {
    throw error instanceof Wrong ? error : new Wrong("typed");
  }
  if (!Array.isArray(slip) || !(signature instanceof Uint8Array)) throw new Wrong("typed");
  const [node, division, application, envelope, item, atMs, number = ""] = slip;
  if (![node, application, envelope].every((one) => one instanceof Uint8Array) || typeof atMs !== "bigint")
    throw new Wrong("typed");
  const station = stations[hex(node)];
  if (!station) throw new Wrong("unknown", hex(node));
  const message = joined(new TextEncoder().encode(CONTEXT), body);
  const by = (keys) => keys.some((key) => isSigned(unhex(key), message, signature));
  const isLost = !by(station.keys);
  if (isLost && !by(station.lost)) throw new Wrong("forged", station.name);
  return { name: station.name, division, item, isLost, application: hex(application), envelope: hex(envelope),
    number: number || hex(application).slice(0, 8), at: moment(Number(atMs)) };
};
const moment = (ms) => new Date(ms + 8 * 3600e3).toISOString().slice(0, 16).replace("T", " ");

// ---- the page
const WORDS = {
  zh: { title: "核验收件凭证", about: `${county} · 名册第 ${roster} 版。这个网页不用连网，也不把凭证告诉任何人；村站后来换的密钥它不知道，请不时另存一份新的。`,
    label: "凭证上的文字", hint: "用扫码枪扫二维码，或照着凭证一行一行地打；空格、大小写都不要紧，打错了会说是哪一行。",
    button: "核验", other: "English", true: "凭证属实", lost: "签名的那台电脑后来丢失或更换了，请再向村站核实。",
    name: "村站", item: "事项编号", at: "收下的时间（按村站电脑的时钟）", number: "编号", application: "申请编号", envelope: "信封编号",
    proves: "它说明：这个村站在所写的时间收下了这件申请，封好了，没有再改动过。",
    not: "它不说明：县里是否已收到、材料是否齐全、是否受理、准予还是不予；这些要另看县里的回执和决定。",
    typed: (row) => `这不是收件凭证上的文字，或者输错了。请对照凭证再看一遍${row ? `，出错的行：${row}` : ""}。`,
    unknown: () => "名册里没有这个村站：凭证是别的县的，或者这个网页太旧。不能凭它说真假。",
    forged: (name) => `签名不是“${name}”的：凭证是假的，或者有人改过。` },
  en: { title: "Verify a slip", about: `${county}, roster ${roster}. This page needs no network and tells nobody of the slip; of keys that stations got later it does not know: save a new one from time to time.`,
    label: "Text of the slip", hint: "Scan the QR code, or type it row by row; blanks and capitals do not matter, and a mistyped row is named.",
    button: "Verify", other: "中文", true: "The slip is true", lost: "The PC that signed it was lost or replaced since: ask the station, too.",
    name: "Station", item: "Code of the item", at: "Taken in (by the station's clock)", number: "Number", application: "Id of the application", envelope: "Id of the envelope",
    proves: "It proves that this station took this application in at that time, sealed it, and that nothing was changed since.",
    not: "It does not prove that the county has it, that papers are complete, or that anything was accepted or decided: the county's receipt and decision do.",
    typed: (row) => `This is no text of a slip, or it was mistyped. Compare it once more${row ? `; the wrong row: ${row}` : ""}.`,
    unknown: () => "The roster knows no such station: the slip is of another county, or this page is too old. It can't judge it.",
    forged: (name) => `This was not signed by “${name}”: the slip is false, or was changed.` },
};
let language = "zh";
const by = (id) => document.getElementById(id);
const line = (kind, text, into) => into.appendChild(Object.assign(document.createElement(kind), { textContent: text }));
const speak = () => {
  const words = WORDS[language];
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = by("title").textContent = words.title;
  for (const id of ["about", "label", "hint", "button", "other"]) by(id).textContent = words[id];
};
const show = () => {
  const words = WORDS[language], out = by("out");
  out.textContent = "";
  if (!by("text").value.trim()) return;
  try {
    const slip = verified(by("text").value);
    line("h2", words.true, out).className = "done";
    if (slip.isLost) line("p", words.lost, out).className = "trouble";
    const facts = line("dl", "", out);
    for (const name of ["name", "item", "at", "number", "application", "envelope"]) {
      line("dt", words[name], facts);
      line("dd", name === "name" ? `${slip.name} ${slip.division}` : slip[name], facts);
    }
    line("p", words.proves, out);
    line("p", words.not, out);
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    line("p", words[error.code](error.detail), out).className = "trouble";
  }
};
by("form").addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
by("other").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  speak();
  show();
});
speak();
