// The timeline: every migration a line, the newest first, its bar as long as it took beside the others.

const FEW = 40;
let filter = '';
let wanted = '';
let all = false;

function showMigrations(view) {
  const list = view.migrations;
  if (!list.length) {
    show('migrations', [], () => el('p.plain', view.status.state === 'UNKNOWN' ? 'Nothing is known of them now.'
      : 'There are no migrations yet.'));
    return;
  }
  show('migrations', 'frame', () => [
    withAttributes(el('h2', 'Migrations '), {id: 'migrations-title'}),
    el('div.tools', search(), choice()),
    withAttributes(el('ol.time'), {id: 'lines', 'aria-labelledby': 'migrations-title'}),
    withAttributes(el('p.soft'), {id: 'more'})
  ]);
  showLines(view);
}

function search() {
  const input = withAttributes(el('input'), {
    type: 'search', id: 'filter', placeholder: 'Part of a name', 'aria-label': 'Part of a name', maxlength: 200});
  input.addEventListener('input', () => { filter = input.value.toLowerCase(); showLines(view); });
  return input;
}

function choice() {
  const select = withAttributes(el('select'), {id: 'wanted', 'aria-label': 'Only those that are'});
  for (const [value, text] of [['', 'all states'], ...Object.entries(WORDS).filter(([state]) => state !== 'UNKNOWN')]) {
    select.append(withAttributes(el('option', text), {value}));
  }
  select.addEventListener('change', () => { wanted = select.value; showLines(view); });
  return select;
}

function showLines(view) {
  const longest = Math.max(1, ...view.migrations.map(one => one.executionTimeMs || 0));
  const fitting = view.migrations.filter(one =>
    (!wanted || one.state === wanted) && (!filter || one.name.toLowerCase().includes(filter))).reverse();
  const lines = all ? fitting : fitting.slice(0, FEW);
  show('lines', [lines, longest, view.asker.actions, view.busy], () => lines.map(one => line(view, one, longest)));
  show('more', [fitting.length, lines.length, view.migrations.length], () => more(view, fitting.length, lines.length));
}

function line(view, one, longest) {
  const took = one.executionTimeMs;
  const tone = one.state === 'FAILED' ? 'bad' : took > longest / 4 ? '' : 'quiet';
  const buttons = one.state === 'FAILED' ? [] : oneButtons(view, one);
  const note = [one.manual && !one.remark ? 'manual' : one.remark, one.state === 'FAILED' ? one.error : null]
    .filter(Boolean).join('; ');
  return el('li',
    el('span', stateChip(one)),
    el('span.name', one.name),
    el('span.when', one.appliedAt ? moment(one.appliedAt) : ''),
    el('span.bar', took === undefined ? null : bar(Math.max(.004, took / longest), tone)),
    el('span.took', took === undefined ? '' : duration(took)),
    buttons.length ? withAttributes(el('details.doings',
      withAttributes(el('summary', 'Do'), {'aria-label': 'Do something with ' + one.name}), el('div.buttons', buttons)),
      {id: 'do-' + one.name}) : el('span'),
    note && el('span.note', note));
}

function more(view, fitting, shownNow) {
  const text = fitting === view.migrations.length
    ? count(fitting, 'migration') : fitting + ' of ' + count(view.migrations.length, 'migration');
  if (fitting === shownNow) return el('span', text);
  const button = withAttributes(el('button.small', 'Show all'), {type: 'button', id: 'show-all'});
  button.addEventListener('click', () => { all = true; showLines(view); });
  return [el('span', 'The newest ' + shownNow + ' of ' + text + ' '), button];
}
