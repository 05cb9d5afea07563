// The parts of the page, from the top: each is made anew only when what it shows has changed.

const shown = new Map();

// what is being pressed: made anew between press and release, a button would never hear of it
let pressed = null;
document.addEventListener('pointerdown', event => { pressed = event.target; });
for (const end of ['pointerup', 'pointercancel']) document.addEventListener(end, () => { pressed = null; });

// keeps the keyboard's place: whatever had the focus has it again afterwards
function show(id, slice, build) {
  const text = JSON.stringify(slice);
  const section = byId(id);
  if (shown.get(id) === text || pressed && section.contains(pressed)) return;
  shown.set(id, text);
  const focus = section.contains(document.activeElement) ? document.activeElement.id : null;
  const open = new Set([...section.querySelectorAll('details[open]')].map(one => one.id));
  section.replaceChildren(...[build()].flat(2).filter(Boolean));
  section.querySelectorAll('details').forEach(one => { one.open = one.open || open.has(one.id); });
  if (focus && byId(focus)) byId(focus).focus();
}

function showState(view) {
  const [tone, title, next] = headline(view);
  const {status} = view;
  const counts = ['applied', 'pending', 'failed', 'skipped', 'manual'].map(name => [name, status[name]])
    .filter(([name, number]) => number > 0 || number === 0 && (name === 'applied' || name === 'pending'));
  byId('state').className = 'state ' + tone;
  show('state', [tone, title, next, counts, view.asker.actions, view.busy], () => [
    el('h1', title),
    next && el('p.next.message', next),
    counts.length > 0 && el('dl.counts', counts.map(([name, number]) =>
      el('div', el('dt', name), el('dd', number.toLocaleString('en'))))),
    el('div.buttons', runButtons(view))
  ]);
  document.title = GLYPHS[status.state] + ' ' + title;
  byId('place').textContent = status.database || (whole && whole.status.database) || '';
}

// the one that runs now, in this process or, as far as the database tells, in another
function showDoing(view) {
  const {status, live, doc} = view;
  const name = status.currentMigration || (doc.locks && doc.locks.migration) || null;
  const batch = (status.batches || []).find(one => one.state === 'running' && (!name || one.name === name));
  const progress = (live && live.progress) || batch || null;
  const slice = view.busy && (name || progress) ? [name, progress, live && live.note, status.applied, status.pending] : null;
  show('doing', slice, () => slice && [
    el('h2', 'Running now'),
    el('div.card',
      el('p.row', el('span.name', name || batch.name), withElapsed(live)),
      progress ? progressLines(progress, name || batch.name) : live && runLines(status),
      live && live.note && el('p.action.message', live.note))
  ]);
}

function withElapsed(live) {
  if (!live || !live.stepBegan) return null;
  return withAttributes(el('span.soft.pulse'), {'data-since': live.stepBegan});
}

function progressLines(progress, name) {
  const known = progress.estimated > 0;
  return [
    known && progressBar(progress.done, progress.estimated, name),
    el('p.facts',
      fact('rows', progress.done.toLocaleString('en') + (known ? ' of ' + progress.estimated.toLocaleString('en') : '')),
      known && fact('done', Math.min(100, Math.floor(progress.done * 100 / progress.estimated)) + ' %'),
      fact('rate', progress.perSecond.toLocaleString('en') + '/s'),
      !progress.hold && progress.leftSeconds !== undefined && fact('left', 'about ' + duration(progress.leftSeconds * 1000)),
      progress.failed > 0 && fact('left out', progress.failed.toLocaleString('en'))),
    progress.hold && el('p.row', chip('it waits', 'wait'), el('span.message', progress.hold))
  ];
}

function runLines(status) {
  const all = (status.applied || 0) + (status.pending || 0);
  return all > 1 && progressBar(status.applied || 0, all, 'this run');
}

function showProblems(view) {
  const failed = failures(view).filter(one => one.error);
  const rank = {error: 0, warning: 1, info: 2};
  const list = [...view.problems].sort((a, b) => rank[a.severity] - rank[b.severity]);
  const more = Math.max(view.status.moreProblems || 0, (view.doc.plan && view.doc.plan.moreProblems) || 0);
  show('problems', [failed, list, more, view.asker.actions, view.busy], () => (failed.length || list.length) && [
    el('h2', failed.length || list[0].severity === 'error' ? 'What is wrong, and what to do' : 'Worth knowing'),
    el('ul', failed.map(one => failedCard(view, one)), list.map(problemCard)),
    more > 0 && el('p.soft', 'And ' + more.toLocaleString('en') + ' more; the command line’s status has them all.')
  ]);
}

function failedCard(view, one) {
  return el('li',
    el('p.row', chip('✕ failed', 'bad'), el('span.name', one.name),
      one.attempts > 1 && el('span.soft', count(one.attempts, 'attempt'))),
    el('p.message', one.error),
    el('p.action', 'Mend the file and run again; or, if it is not wanted here, skip it.'),
    el('div.buttons', oneButtons(view, one)));
}

function problemCard(problem) {
  return el('li',
    el('p.row', chip(problem.severity, TONE_OF[problem.severity]), el('span.name', problem.subject)),
    el('p.message', problem.description),
    problem.action && el('p.action.message', problem.action));
}

function showLocks(view) {
  const locks = view.doc.locks || {};
  const holder = locks.holder || null;
  const slice = [holder, locks.waiters, locks.blockers, locks.remarks];
  show('locks', slice, () => (holder || (locks.waiters || []).length > 0) && [
    el('h2', 'Migration lock'),
    el('div.card',
      el('p.row', chip(holder ? 'held' : 'free', holder ? 'busy' : 'good'), el('span.message', holder || 'nobody')),
      (locks.blockers || []).map(blocker => [
        el('p.row', chip('✕ blocked by', 'bad'), el('span.message', blocker.description)),
        blocker.hint && el('pre', blocker.hint)]),
      (locks.waiters || []).map(waiter => el('p.row', chip('waiting'), el('span.message', waiter))),
      (locks.remarks || []).map(remark => el('p.soft', remark)))
  ]);
}

function showBatches(view) {
  const batches = view.status.batches || [];
  show('batches', [batches, view.asker.actions, view.busy], () => batches.length > 0 && [
    el('h2', 'Batches'),
    el('ul', batches.map(batch => el('li',
      el('p.row', el('span.name', batch.name), batchChip(batch)),
      progressLines(batch, batch.name),
      el('div.buttons', batchButtons(view, batch)))))
  ]);
}

function batchChip(batch) {
  const tone = {done: 'good', failed: 'bad', running: 'busy', cancelled: 'wait', stopped: 'wait'}[batch.state];
  const paused = batch.wanted === 'pause' && batch.state !== 'done';
  return paused ? chip('❚❚ paused', 'wait') : chip(batch.state, tone);
}

function showPlan(view) {
  const plan = view.doc.plan ? view.doc.plan.migrations : [];
  const later = view.status.later || (view.live && whole && whole.status.later) || [];
  show('plan', [plan, later, view.problems], () => [
    plan.length > 0 && [
      el('h2', 'What the next run does ', el('span.soft', count(plan.length, 'migration'))),
      plan.length > 8
        ? withAttributes(el('details', el('summary', 'Show all ' + plan.length), planList(view, plan)), {id: 'plan-all'})
        : planList(view, plan)],
    later.length > 0 && [
      el('h2', 'Left to a later phase ', el('span.soft', count(later.length, 'migration') + '; the schema is complete without')),
      el('ol.time', later.map(one => el('li',
        el('span', chip(one.phase)),
        el('span.name', one.name),
        el('span.note.plan', one.waitsFor ? 'waits for ' + one.waitsFor.join(', ') : laterText(one.phase)))))]
  ]);
}

function laterText(phase) {
  return {background: 'a service runs it beside its traffic',
    'post-deploy': 'runs when no instance of an older release is alive'}[phase] || '';
}

function planList(view, plan) {
  return el('ol.time', plan.map(step => el('li',
    el('span', chip(step.reason, step.reason === 'pending' ? 'wait' : 'bad')),
    el('span.name', step.name),
    withAttributes(el('span.note.plan', kind(step)), {title: step.file}),
    view.problems.filter(problem => isOf(problem, step)).map(problem =>
      el('span.note.message', chip(problem.severity, TONE_OF[problem.severity]), ' ', problem.description)))));
}

// a place in a file is its path, a line and a column
function isOf(problem, step) {
  return problem.subject === step.name || problem.subject === step.file || problem.subject.startsWith(step.file + ':');
}

function kind(step) {
  if (!step.statements && !step.bytes) return step.file;
  return count(step.statements, 'statement') + ', ' + bytes(step.bytes) + ', '
    + (step.transactional ? 'one transaction' : 'statement by statement')
    + (step.statementsDone ? ', the first ' + step.statementsDone + ' are done' : '');
}

function showDrift(view) {
  const drift = view.status.drift || null;
  const act = view.may('drift');
  show('drift', [drift, act, view.may('drift/accept'), view.busy], () => (drift || act) && [
    el('h2', 'Drift ', el('span.soft', 'changes of the schema that no migration made')),
    el('div.card',
      el('p.row', driftChip(drift), drift && drift.checkedAt && el('span.soft', 'looked at ', moment(drift.checkedAt))),
      drift && (drift.differences || []).map(difference),
      drift && (drift.problems || []).map(problem => el('p.message', problem.description, ' ', problem.action)),
      el('div.buttons', driftButtons(view)))
  ]);
}

function driftChip(drift) {
  const state = drift ? drift.state : 'UNKNOWN';
  const [text, tone] = {
    NONE: ['✓ none', 'good'], DRIFTED: ['✕ ' + count((drift && drift.objects) || 0, 'object'), 'bad'],
    NO_BASELINE: ['nothing to compare with yet', ''], OUTDATED: ['nothing to compare with yet', ''],
    RUNNING: ['migrations are being applied', 'busy']}[state] || ['not looked at yet', ''];
  return chip(text, tone);
}

function difference(one) {
  const sign = {ADDED: '+', REMOVED: '−', CHANGED: '~'}[one.change] || '';
  return [
    el('p.row', el('code', sign), el('span.name', one.object), el('span.soft', one.change.toLowerCase())),
    one.definition && el('pre', one.definition),
    (one.facts || []).map(fact => el('p.message.soft', fact.name + ': was ', el('code', fact.was || 'nothing'),
      ', is ', el('code', fact.is || 'nothing')))
  ];
}

function showRuns(view) {
  const runs = view.doc.runs || (whole && whole.runs) || [];
  show('runs', runs, () => runs.length > 0 && [
    el('h2', 'History of runs ', el('span.soft', 'the newest ' + runs.length)),
    el('div.scroll', el('table',
      el('thead', el('tr', ['When', 'What', 'How it ended', 'Who'].map(title => el('th', title)))),
      el('tbody', runs.map(runRow))))
  ]);
}

function runRow(run) {
  const ok = run.failed === 0;
  return el('tr',
    el('td', moment(run.until)),
    el('td.what', run.actions, ' ', run.migration ? el('span.name', run.migration) : null,
      run.detail && el('div.soft.message', run.detail)),
    el('td', chip(ok ? '✓ ' + count(run.succeeded, 'migration') : '✕ ' + run.failed + ' failed', ok ? 'good' : 'bad'),
      ' ', run.executionTimeMs > 0 && el('span.soft', duration(run.executionTimeMs))),
    el('td.who', run.actor || '', run.instanceId && el('div.soft', run.instanceId)));
}
