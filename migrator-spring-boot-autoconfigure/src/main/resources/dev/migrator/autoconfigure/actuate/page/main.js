// Asks the endpoint: often while something runs, seldom else, never while nobody looks.

// whole, so that a name and a password typed into the address are not part of it
const base = location.origin + '/' + location.pathname.replace(/^\/+|\/+$/g, '');
const LIVE = 1000;
const ELSEWHERE = 2000;
const IDLE = 15000;
const SELDOM = 60000;

let timer = null;
let pause = IDLE;
let last = '';
let lead = 0;
let asking = null;

function look() {
  clearTimeout(timer);
  asking = (asking || Promise.resolve()).then(request);
  return asking;
}

async function request() {
  clearTimeout(timer);
  try {
    const response = await fetch(base + '/overview', {
      credentials: 'same-origin', cache: 'no-store', headers: headers(false)});
    if (!response.ok) throw new Error('it answered with ' + response.status);
    const doc = await response.json();
    const at = Date.parse(response.headers.get('Date'));
    lead = Number.isNaN(at) ? 0 : at - Date.now();
    render(doc);
    next(JSON.stringify({...doc, asker: null}));
  } catch (e) {
    lost(e);
  }
  if (!document.hidden) timer = setTimeout(look, pause);
}

function render(doc) {
  view = read(doc);
  byId('lost').replaceChildren();
  byId('fresh').textContent = 'as of ' + new Date().toLocaleTimeString('en-GB');
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
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(timer);
  if (!document.hidden) look();
});
setInterval(() => { if (!document.hidden) tick(); }, 1000);
look();
