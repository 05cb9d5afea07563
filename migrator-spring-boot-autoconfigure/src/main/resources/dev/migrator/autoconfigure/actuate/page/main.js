// Asks the endpoint: often while something runs, seldom else, never while nobody looks.

// whole, so that a name and a password typed into the address are not part of it
const base = location.origin + '/' + location.pathname.replace(/^\/+|\/+$/g, '');
const LIVE = 1000;
const ELSEWHERE = 2000;
const IDLE = 15000;
const SELDOM = 60000;
const NOTICED = 5000;
const PATIENCE = 60000;

let timer = null;
let pause = IDLE;
let last = '';
let lead = 0;
let asking = null;
let asked = null;
let stamp = '';

function look() {
  clearTimeout(timer);
  asking = (asking || Promise.resolve()).then(request);
  return asking;
}

// a service that hangs is one that gives no answer
function get(path) {
  return fetch(base + path, {
    credentials: 'same-origin', cache: 'no-store', headers: headers(false), signal: AbortSignal.timeout(PATIENCE)});
}

async function request() {
  clearTimeout(timer);
  asked = Date.now();
  const sent = key;
  try {
    const response = await get('/overview');
    if (!response.ok) throw new Error('it answered with ' + response.status);
    // when a login is over, the page that asks for one comes instead
    if (!String(response.headers.get('Content-Type')).includes('json')) {
      throw new Error('load the page again, it may want a login');
    }
    const doc = await response.json();
    const at = Date.parse(response.headers.get('Date'));
    lead = Number.isNaN(at) ? 0 : at - Date.now();
    render(doc);
    dropWrong(sent);
    next(JSON.stringify({...doc, asker: null}));
    await tellEnd();
  } catch (e) {
    lost(e);
  } finally {
    asked = null;
  }
  if (!document.hidden) timer = setTimeout(look, pause);
}

function render(doc) {
  view = read(doc);
  byId('lost').replaceChildren();
  stamp = 'as of ' + new Date().toLocaleTimeString('en-GB');
  asked = null;
  [showState, showDoing, showProblems, showLocks, showBatches, showPlan, showDrift, showMigrations, showRuns, showAsker]
    .forEach(part => part(view));
  tick();
}

function next(text) {
  if (view.live) pause = LIVE;
  else if (view.busy) pause = ELSEWHERE;
  else pause = text === last ? Math.min(SELDOM, pause * 1.5) : IDLE;
  last = text;
}

function lost(e) {
  pause = Math.min(SELDOM, Math.max(2000, pause < IDLE ? pause * 2 : 2000));
  byId('lost').replaceChildren(el('p.card', chip('✕ no answer', 'bad'), ' The service can’t be asked now: ',
    e.message, view ? '. Below is what it said last.' : '.'));
}

function tick() {
  for (const node of document.querySelectorAll('[data-since]')) {
    node.textContent = duration(Math.max(0, Date.now() + lead - Date.parse(node.getAttribute('data-since'))));
  }
  const waits = asked === null ? 0 : Date.now() - asked;
  byId('fresh').textContent = stamp + (waits > NOTICED ? ', no answer for ' + duration(waits) : '');
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(timer);
  if (!document.hidden) look();
});
setInterval(() => { if (!document.hidden) tick(); }, 1000);
look();
