// What may be done: a button is there only where the endpoint would let this asker do it, and where it makes sense.

// in this page's memory and nowhere else
let key = null;

// for those who hear the buttons without what is beside them
function of(name, node) {
  return withAttributes(node, {'aria-label': node.textContent + ' ' + name});
}

function button(id, text, kind, pressed) {
  const node = withAttributes(el('button' + kind, text), {type: 'button', id});
  node.addEventListener('click', pressed);
  return node;
}

function runButtons(view) {
  if (view.busy || !view.may('run')) return [];
  if (isUnseen(view)) return [button('run-all', 'Look again', '.main', () => lookAgain(view))];
  return !view.status.pending ? [] : [
    button('run-all', 'Run all pending', '.main', () => ask({
      title: 'Run ' + count(view.status.pending, 'migration') + '?', verb: 'Run', path: 'run'})),
    button('try-all', 'Try without changing anything', '', () => act('run', {dryRun: 'true'}))
  ];
}

// a look is a run of all that is pending, so it takes what is left along
function lookAgain(view) {
  const left = (view.status.later || []).length;
  if (!left) return act('run', {reason: 'to look again'});
  return ask({title: 'Look again, and run what is left?', verb: 'Look and run', path: 'run',
    consequence: count(left, 'migration is', 'migrations are') + ' left to a later phase. Those of the background run now.'});
}

function oneButtons(view, one) {
  if (view.busy) return [];
  const open = one.state === 'PENDING' || one.state === 'FAILED';
  const changed = view.problems.some(problem =>
    problem.code === 'checksum-mismatch' && problem.subject.includes(one.name));
  const make = (action, text, consequence, fits) => fits && view.may(action + '/NAME') && of(one.name, button(
    action + '-' + one.name, text, '.small', () => ask({
      title: text + ': ' + one.name, verb: text, path: action + '/' + encodeURIComponent(one.name), consequence,
      confirm: action === 'run' && one.manual ? one.name : null})));
  return [
    make('run', 'Run', one.manual ? 'It is manual: it never runs by itself.' : 'Only this one.', open),
    make('skip', 'Skip', 'It will not run here. Reset takes that back.', open),
    make('reset', 'Reset', 'Its row leaves the history: it is pending again.',
      one.state === 'FAILED' || one.state === 'SKIPPED'),
    make('accept', 'Accept', 'The file as it is now counts as what was applied. Nothing runs.', changed)
  ].filter(Boolean);
}

function batchButtons(view, batch) {
  const make = (action, text, consequence, fits) => fits && view.may(action + '/NAME') && of(batch.name, button(
    action + '-' + batch.name, text, '.small', () => ask({
      title: text + ': ' + batch.name, verb: text, path: action + '/' + encodeURIComponent(batch.name), consequence})));
  const over = batch.state === 'done';
  return [
    make('pause', 'Pause', 'It stops after its present batch and keeps the lock.', !over && batch.wanted === 'run'),
    make('resume', 'Resume', 'It goes on where it was.', !over && batch.wanted !== 'run'),
    make('cancel', 'Cancel', 'It ends after its present batch; what is done stays done.', !over && batch.wanted !== 'cancel'),
    make('retry-failures', 'Retry ' + count(batch.failed, 'row'), 'The rows that were left out are tried again.',
      batch.failed > 0 && !view.busy)
  ].filter(Boolean);
}

function driftButtons(view) {
  if (view.busy) return [];
  return [
    view.may('drift') && button('drift-look', 'Look now', '.small', () => act('drift', {})),
    view.may('drift/accept') && drifted(view) && button('drift-accept', 'Accept the schema as it is', '.small',
      () => ask({title: 'Accept the schema as it is?', verb: 'Accept', path: 'drift/accept',
        consequence: 'From now on this is what the migrations made of it. Nothing is changed.'}))
  ].filter(Boolean);
}

// asks for the reason, and for the name where a mistake would cost most
function ask({title, verb, path, consequence, confirm}) {
  const reason = field('reason', 'Reason, for the log', 'text');
  const name = confirm ? field('confirm', 'Type its name to confirm: ' + confirm, 'text') : null;
  const go = withAttributes(el('button.main', verb), {type: 'submit', id: 'dialog-go'});
  const form = el('form', consequence && el('p.soft', consequence), name, reason,
    el('div.buttons', go, button('dialog-cancel', 'Leave it', '', () => byId('dialog').close())));
  if (confirm) {
    go.disabled = true;
    name.lastChild.addEventListener('input', () => { go.disabled = name.lastChild.value !== confirm; });
  }
  form.addEventListener('submit', event => {
    event.preventDefault();
    byId('dialog').close();
    const parameters = {};
    if (reason.lastChild.value.trim()) parameters.reason = reason.lastChild.value.trim();
    if (confirm) parameters.confirm = name.lastChild.value;
    act(path, parameters);
  });
  open(title, form);
}

function field(id, text, type) {
  const input = withAttributes(el('input'), {type, id, name: id, maxlength: 1000, autocomplete: 'off'});
  return withAttributes(el('label.field', el('span', text), input), {for: id});
}

function open(title, ...content) {
  const dialog = byId('dialog');
  dialog.replaceChildren(withAttributes(el('h2', title), {id: 'dialog-title'}), ...content);
  dialog.showModal();
}

async function act(path, parameters) {
  const query = new URLSearchParams(parameters).toString();
  try {
    const response = await fetch(base + '/' + path + (query ? '?' + query : ''), {
      method: 'POST', credentials: 'same-origin', cache: 'no-store', headers: headers(true)});
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) refused(response.status, answer);
    else if (parameters.dryRun) tried(answer);
    else begun(answer);
  } catch (e) {
    say('The service does not answer.');
  }
  look();
}

// the run that was asked for here, until its end is told
let following = null;

function begun(answer) {
  following = answer.id || null;
  byId('ended').replaceChildren();
  say(following ? 'It has begun.' : 'Done.');
}

// what ends before its first migration leaves no trace but this
async function tellEnd() {
  if (!following || view.live) return;
  const response = await get('/runs/' + following);
  if (response.status === 404) {
    following = null;
    endedCard('This process does not know the run that you asked for', el('p',
      'It may go on in another one of this service. What became of it is in the history below.'));
  }
  if (!response.ok) return;
  const run = await response.json();
  if (run.state === 'RUNNING') return;
  following = null;
  if (run.state === 'COMPLETED') say('Done.');
  else if (run.stillFailing) say(count(run.stillFailing, 'row fails', 'rows fail') + ' still.');
  else if (!run.failed) {
    endedCard('The run that you asked for did not come to its end', el('ul', (run.problems || []).map(problemCard)));
  }
}

function endedCard(title, content) {
  byId('ended').replaceChildren(el('h2', title), content,
    el('div.buttons', button('ended-close', 'Close', '.small', () => byId('ended').replaceChildren())));
}

function refused(status, answer) {
  const problems = answer.problems || [];
  open('It was refused', problems.length
    ? el('ul', problems.map(problemCard))
    : el('p', status === 403 || status === 401 ? 'You are not allowed to do that (' + status + '). Load the page again.'
      : 'The service answered with ' + status + '.'),
  el('div.buttons', button('dialog-cancel', 'Close', '', () => byId('dialog').close())));
}

function tried(answer) {
  const steps = answer.migrations || [];
  const failed = steps.map(step => step.rehearsal && step.rehearsal.failure).filter(Boolean);
  open('Nothing was changed. A run would do this:',
    steps.length ? el('ol', steps.map(step => el('li', el('span.name', step.name), ' ', el('span.soft', kind(step)),
      step.rehearsal && el('div.soft.message', step.rehearsal.text)))) : el('p', 'Nothing.'),
    el('ul', [...failed, ...(answer.problems || [])].map(problemCard)),
    el('div.buttons', button('dialog-cancel', 'Close', '', () => byId('dialog').close())));
}

function headers(acting) {
  const all = {Accept: 'application/json'};
  if (key) all['developer-key'] = key;
  const csrf = acting && view && view.asker.csrf;
  if (csrf) all[csrf.header] = csrf.token;
  return all;
}

function showAsker(view) {
  const {asker} = view;
  const {csrf, ...slice} = asker;
  show('asker', [slice, key !== null], () => [
    askerText(asker),
    asker.takesKey && keyForm(),
    key !== null && button('forget', 'Forget the key', '.small', () => { key = null; look(); }),
    el('p', withAttributes(el('a', 'The same as JSON'), {href: base + '/status'}))
  ]);
}

function askerText(asker) {
  if (asker.access !== 'unrestricted') {
    return el('p', 'This page only reads. With ', el('code', 'management.endpoint.migrations.access=unrestricted'),
      ' it can also act.');
  }
  if (asker.as) return el('p', 'You act as ', el('b', asker.as), '; that and your reason stay in the log.');
  const problem = (asker.problems || [])[0];
  return el('p', 'You may look, not act. ', problem ? problem.description + ' ' + (asker.takesKey ? '' : problem.action) : '');
}

function keyForm() {
  const input = field('key', 'Key (developer-key); kept until this page is left', 'password');
  const form = el('form', input, withAttributes(el('button', 'Use it'), {type: 'submit', id: 'use-key'}));
  form.addEventListener('submit', event => {
    event.preventDefault();
    const typed = input.lastChild.value;
    if (!typed) return;
    input.lastChild.value = '';
    key = typed;
    look();
  });
  return form;
}

// a wrong one is shown once, also one that was right until the service had another: five would close the door
function dropWrong(sent) {
  if (sent === null || sent !== key || view.asker.as) return;
  key = null;
  showAsker(view);
  const problem = (view.asker.problems || [])[0];
  say(problem ? problem.description : 'No key is asked for here.');
}

let silence = null;

function say(text) {
  byId('said').textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => { byId('said').textContent = ''; }, 6000);
}
