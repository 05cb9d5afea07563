// How things are written. Everything that comes from the endpoint becomes text, never markup.

const LONGEST = 2000;

function clip(value) {
  const text = String(value);
  return text.length > LONGEST ? text.slice(0, LONGEST) + ' …' : text;
}

// el('p.soft', 'text', child, …): a node with classes and children; what is null is left out
function el(kind, ...children) {
  const [tag, ...classes] = kind.split('.');
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(' ');
  for (const child of children.flat(3)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(clip(child)));
  }
  return node;
}

function withAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, clip(value));
  return node;
}

function byId(id) {
  return document.getElementById(id);
}

function count(number, one, many) {
  return number.toLocaleString('en') + ' ' + (number === 1 ? one : many || one + 's');
}

function duration(ms) {
  if (ms < 1000) return Math.round(ms) + ' ms';
  if (ms < 10000) return (ms / 1000).toFixed(1) + ' s';
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return seconds + ' s';
  if (seconds < 7200) return Math.floor(seconds / 60) + ' min ' + seconds % 60 + ' s';
  return Math.floor(seconds / 3600) + ' h ' + Math.floor(seconds % 3600 / 60) + ' min';
}

function bytes(number) {
  if (number < 1000) return count(number, 'byte');
  return number < 1e6 ? Math.round(number / 1000) + ' kB' : (number / 1e6).toFixed(1) + ' MB';
}

function two(number) {
  return String(number).padStart(2, '0');
}

// in the reader's own zone; the whole of it, in UTC, on demand
function moment(iso) {
  const at = new Date(iso);
  const text = at.getFullYear() + '-' + two(at.getMonth() + 1) + '-' + two(at.getDate()) + ' '
    + two(at.getHours()) + ':' + two(at.getMinutes());
  return withAttributes(el('time', text), {datetime: iso, title: iso});
}

const TONES = {COMPLETED: 'good', FAILED: 'bad', RUNNING: 'busy', PENDING: 'wait', SKIPPED: '', UNKNOWN: 'wait'};
const GLYPHS = {COMPLETED: '✓', FAILED: '✕', RUNNING: '▶', PENDING: '○', SKIPPED: '–', UNKNOWN: '?'};
const WORDS = {
  COMPLETED: 'applied', FAILED: 'failed', RUNNING: 'running', PENDING: 'pending', SKIPPED: 'skipped', UNKNOWN: 'unknown'};

const TONE_OF = {error: 'bad', warning: 'wait'};

function chip(text, tone) {
  return el(tone ? 'span.chip.' + tone : 'span.chip', text);
}

function stateChip({state, manual, later, other}) {
  if (state === 'PENDING' && (manual || later)) return chip(manual ? '○ manual' : '○ later');
  if (state === 'PENDING' && other) return chip('– not here');
  return chip((GLYPHS[state] || '?') + ' ' + (WORDS[state] || state.toLowerCase()), TONES[state]);
}

// share: 0 to 1; the text says the same to those who don't see the bar
function bar(share, tone, big) {
  const fill = el(tone ? 'i.' + tone : 'i');
  fill.style.width = (Math.max(0, Math.min(1, share)) * 100).toFixed(1) + '%';
  const track = el(big ? 'div.track.big' : 'div.track', fill);
  track.setAttribute('aria-hidden', 'true');
  return track;
}

function progressBar(done, all, label) {
  const share = all > 0 ? done / all : 0;
  const track = bar(share, '', true);
  track.removeAttribute('aria-hidden');
  return withAttributes(track, {
    role: 'progressbar', 'aria-label': label, 'aria-valuemin': 0, 'aria-valuemax': 100,
    'aria-valuenow': Math.floor(Math.min(1, share) * 100)});
}

function fact(name, value) {
  return value === null || value === undefined ? null : el('span', el('span.soft', name + ' '), el('b', value));
}
