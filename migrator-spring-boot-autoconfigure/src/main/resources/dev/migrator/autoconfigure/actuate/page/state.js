// What a document means: kept apart from how it looks.

// the last look at the whole database: while this process migrates, the endpoint only tells of that run
let whole = null;
let view = null;

function read(doc) {
  const status = doc.status;
  if (!doc.live && status.state !== 'UNKNOWN') whole = doc;
  const asker = doc.asker;
  return {
    doc, status, asker, live: doc.live || null,
    busy: status.state === 'RUNNING',
    may: action => asker.actions.includes(action),
    migrations: migrations(doc),
    problems: problems(doc)
  };
}

// all of them in the order of the files, each once; what a running run says of one counts
function migrations(doc) {
  const all = new Map();
  const add = status => {
    for (const list of ['appliedMigrations', 'otherMigrations', 'pendingMigrations']) {
      const other = list === 'otherMigrations';
      for (const one of status[list] || []) all.set(one.name, Object.assign({}, all.get(one.name), one, {other}));
    }
  };
  if (whole && whole !== doc) add(whole.status);
  add(doc.status);
  if (doc.live) {
    for (const [name, took] of Object.entries(doc.live.durations)) {
      if (all.has(name)) all.get(name).executionTimeMs = took;
    }
  }
  const running = doc.locks && doc.locks.migration;
  if (running && all.has(running)) all.get(running).state = 'RUNNING';
  return [...all.values()].sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

function problems(doc) {
  const found = [...(doc.status.problems || []), ...(doc.plan ? doc.plan.problems : []), ...(doc.problems || [])];
  const seen = new Set();
  return found.filter(one => {
    const key = JSON.stringify(one);
    return !seen.has(key) && seen.add(key);
  });
}

function failures(view) {
  return view.migrations.filter(one => one.state === 'FAILED');
}

function headline(view) {
  const {status, live} = view;
  const errors = view.problems.filter(one => one.severity === 'error');
  const failed = failures(view);
  switch (status.state) {
    case 'UNKNOWN':
      return ['wait', 'The state is unknown', errors.length ? errors[0].description : null];
    case 'RUNNING':
      return running(view, live);
    case 'FAILED':
      return failed.length
        ? ['bad', failed.length === 1 ? failed[0].name + ' failed' : count(failed.length, 'migration') + ' failed',
          'What it did is rolled back, unless the message below says otherwise. The next run tries it again.']
        : ['bad', 'Nothing can be applied now', 'Nothing runs before this is mended: '
          + (errors.length ? errors[0].description : 'see the problems below.')];
    case 'PENDING':
      return ['wait', count(status.pending, 'migration is', 'migrations are') + ' pending',
        view.may('run') ? 'The next start of a service runs them, or you do.' : 'The next start of a service runs them.'];
    case 'COMPLETED':
      if (isUnseen(view)) {
        const [why] = view.doc.service.problems;
        return ['bad', 'All migrations are applied, but this service is down',
          'It has not looked since its own run failed' + (why ? ': ' + why.subject + ': ' + why.description : '.')
          + '\n' + (view.may('run') ? 'Let it look again, or start it again.' : 'Start it again.')];
      }
      return drifted(view)
        ? ['wait', 'All migrations are applied, but the schema has drifted', 'Somebody changed it by hand; see below.']
        : (status.later || []).length > 0
          ? ['good', 'The schema is complete', count(status.later.length, 'migration is', 'migrations are')
            + ' left to a later phase; see below.']
          : ['good', 'All migrations are applied', leftOut(status.batches || [])];
    default:
      return ['wait', status.state, null];
  }
}

function running(view, live) {
  const {status} = view;
  if (!live) {
    const blocked = view.doc.locks && view.doc.locks.blockers.length > 0;
    return blocked
      ? ['wait', 'Another process is migrating, and is blocked', 'It goes on when the session below lets it.']
      : ['busy', 'Another process is migrating', 'It goes on by itself; who it is, is shown below.'];
  }
  if (status.waitingFor) {
    return ['busy', 'Waiting for another process that migrates', 'It goes on by itself: ' + status.waitingFor];
  }
  const all = (status.applied || 0) + (status.pending || 0);
  const done = all ? ': ' + status.applied + ' of ' + all + ' done' : '';
  return isPaused(live)
    ? ['wait', 'Paused' + done, 'A person has paused it: it goes on when it is resumed.']
    : ['busy', 'Migrating' + done, 'It goes on by itself; nothing has to be done.'];
}

// what is applied may still have left rows as they were
function leftOut(batches) {
  const rows = batches.filter(one => one.state === 'done').reduce((sum, one) => sum + (one.failed || 0), 0);
  return rows ? count(rows, 'row was', 'rows were') + ' left out by a batch; see below.' : 'Nothing to do.';
}

function isPaused(live) {
  const hold = live.progress && live.progress.hold;
  return Boolean(hold) && hold.startsWith('a person has paused it');
}

// its health is what its own run saw; others may have mended the database since
function isUnseen(view) {
  return view.status.state === 'COMPLETED' && Boolean(view.doc.service);
}

function drifted(view) {
  return Boolean(view.status.drift && view.status.drift.drift);
}
