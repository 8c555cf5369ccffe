// SPDX-License-Identifier: Apache-2.0
// The pure modules of the explorer: node --test src/test/js
import assert from 'node:assert/strict';
import test from 'node:test';
import { changed, filterLabel, format, isExample, parse, withFilter } from '../../main/resources/io/latentfacets/explorer/state.js';
import { begin, end, fresh, save, saveAll } from '../../main/resources/io/latentfacets/explorer/changes.js';
import { definitionOf, edited, isSingle, isSplit, matching, mergeBody, mergeUndo, outline, rowsOf, seedsOf } from '../../main/resources/io/latentfacets/explorer/edits.js';
import { chips, defaultDefinition, documentOf, fieldsOf, hasParts, hitText, searchBody, seriesOf, split, stateQuery, textQuery, trail, tree, wordsOf } from '../../main/resources/io/latentfacets/explorer/query.js';
import { cameraOf, cellAt, gridOf, placeLabels, rectangle, simplify, toScreen, toWorld, transformOf, wholeWorld, windowOf } from '../../main/resources/io/latentfacets/explorer/mapgeometry.js';

const MODEL = { target_field: 'latent', source: { fields: ['title^2', 'body'] } };
const CLUSTER = { t: 'cluster', key: 'c7', label: 'a & b' };

test('an address holds the state, and odd addresses do no harm', () => {
  const state = parse('#/map?model=topics&q=a%26b&scope=results');
  assert.deepEqual([state.view, state.model, state.q, state.scope, state.from], ['map', 'topics', 'a&b', 'results', '0']);
  const next = changed(state, { filters: [CLUSTER, { t: 'region', polygon: [[0, 0], [1, 0], [0, 1]] }], from: '10' });
  assert.deepEqual(parse(format(next)), next);
  assert.equal(format(parse('')), '#/search');
  assert.deepEqual(parse('#/nowhere?f={&f=1&f={"t":"cluster"}&f=null').filters, []);
});

test('a new search begins with its first page, another model without filters', () => {
  const state = { ...parse('#/search?model=a&from=20'), filters: [CLUSTER] };
  assert.equal(changed(state, { q: 'x' }).from, '0');
  assert.equal(changed(state, { from: '30' }).from, '30');
  assert.deepEqual(changed(state, { model: 'b' }).filters, []);
});

test('one place on the map, many topics', () => {
  const region = { t: 'region', x: [0, 1], y: [0, 1] };
  const other = { t: 'region', polygon: [[0, 0], [1, 0], [0, 1]] };
  assert.deepEqual(withFilter([region, CLUSTER], other), [CLUSTER, other]);
  assert.deepEqual(withFilter([CLUSTER], { ...CLUSTER, key: 'c8' }).length, 2);
  assert.equal(filterLabel(other), 'lasso of 3 corners');
});

test('text is query_string, braces are query DSL', () => {
  assert.deepEqual(textQuery('  ', []), { match_all: {} });
  assert.equal(textQuery('a b', ['title^2']).query_string.query, 'a b');
  assert.deepEqual(textQuery('{"query": {"ids": {}}}', []), { ids: {} });
  assert.deepEqual(textQuery('{"ids": {}}', []), { ids: {} });
  assert.throws(() => textQuery('{"ids"', []), /no JSON/);
});

test('filters narrow; like looks among what they leave', () => {
  const state = { ...parse(''), q: 'x', filters: [CLUSTER] };
  assert.deepEqual(stateQuery(state, MODEL).bool.filter, [{ latent_cluster: { field: 'latent', clusters: ['c7'] } }]);
  const like = stateQuery({ ...state, filters: [CLUSTER, { t: 'like', index: 'i', id: '1' }] }, MODEL).latent_neighbors;
  assert.equal(like.filter.bool.filter.length, 2);
  assert.deepEqual(like.like, [{ _index: 'i', _id: '1' }]);
  assert.equal(searchBody({ ...state, scope: 'results', clusters: '6' }, MODEL).facets.clusters, 6);
});

test('examples are for or against, and say nothing without one for', () => {
  const document = { t: 'like', index: 'i', id: '1', label: 'one' };
  const against = { ...document, t: 'unlike' };
  assert.deepEqual(withFilter([document, CLUSTER], against), [CLUSTER, against]);
  const text = { t: 'like', text: 'in my words' };
  assert.deepEqual(withFilter([text], { t: 'unlike', text: 'other' }).map((each) => each.t), ['like', 'unlike']);
  assert.equal(filterLabel(text), '“in my words”');
  const state = { ...parse('#/search?q=x&diversity=0.4'), filters: [text, CLUSTER, against] };
  assert.deepEqual(parse(format(state)), state);
  assert.deepEqual(state.filters.filter(isExample), [text, against]);
  const query = stateQuery(state, MODEL).latent_neighbors;
  assert.deepEqual([query.like, query.unlike, query.diversity], [[{ text: 'in my words' }], [{ _index: 'i', _id: '1' }], 0.4]);
  assert.equal(query.filter.bool.filter.length, 2);
  assert.ok(stateQuery({ ...state, filters: [against] }, MODEL).query_string);
  assert.deepEqual(parse('#/search?f={"t":"like","text":" "}&f={"t":"unlike","index":"i"}').filters, []);
  assert.equal(changed({ ...state, from: '20' }, { diversity: '0' }).from, '0');
});

test('an edit of a topic keeps what it does not change', () => {
  const topic = { key: 'c1', label: 'learned', custom_label: 'mine', hidden: false, pinned: true, note: 'why' };
  assert.deepEqual(edited(topic, { hidden: true }), { label: 'mine', note: 'why', hidden: true, pinned: true });
  assert.deepEqual(edited(topic, { label: '' }), { note: 'why', pinned: true });
  assert.deepEqual(edited(topic, { label: '', note: '', pinned: false }), {});
  assert.deepEqual(edited({ ...topic, custom_label: 'learned' }, { hidden: true }).label, 'learned');
});

/** A server with topics: `ask` as changes.js calls it, and what was sent. */
function serverOf(...topics) {
  const byKey = new Map(topics.map((each) => [each.key, { label: 'learned', hidden: false, ...each }]));
  const puts = [];
  const ask = async (method, key, body) => {
    if (method === 'PUT') {
      puts.push(key);
      const { label, hidden = false, pinned, note } = body;
      byKey.set(key, { key, label: 'learned', custom_label: label, hidden, pinned, note });
    }
    return byKey.get(key);
  };
  return { ask, puts, byKey };
}

test('saving a topic, and taking it back, leaves what others have saved meanwhile', async () => {
  const { ask, puts, byKey } = serverOf({ key: 'c1', custom_label: 'learned' }, { key: 'c2', hidden: true });
  await ask('PUT', 'c1', { label: 'theirs', note: 'theirs' });
  const undo = await saveAll(ask, ['c1', 'c2'], { hidden: true });
  assert.deepEqual(edited(byKey.get('c1'), {}), { label: 'theirs', note: 'theirs', hidden: true });
  assert.deepEqual(puts, ['c1', 'c1'], 'c2 is hidden already');
  await ask('PUT', 'c1', { label: 'theirs', hidden: true, pinned: true });
  await undo();
  assert.deepEqual(edited(byKey.get('c1'), {}), { label: 'theirs', pinned: true });
  assert.deepEqual(byKey.get('c2').hidden, true);
  const named = await save(ask, 'c2', { label: 'mine' });
  assert.deepEqual(edited(byKey.get('c2'), {}), { label: 'mine', hidden: true });
  await named();
  assert.deepEqual(edited(byKey.get('c2'), {}), { hidden: true });
  await assert.rejects(save(async () => ({ key: 'c9', label: 'x' }), 'c1', { hidden: true }), /“c9” counts for it/);
});

test('one change at a time, and its outcome is news of its own model only', () => {
  const local = fresh('a');
  const run = begin(local, 'Saving');
  assert.equal(begin(local, 'Saving'), null);
  assert.ok(end(local, run, { done: { text: 'x' } }));
  assert.deepEqual([local.busy, local.done.text], ['', 'x']);
  const first = begin(local, 'Saving');
  Object.assign(local, fresh('b'));
  assert.ok(!end(local, first, { done: { text: 'of a' } }));
  assert.deepEqual([local.done, local.busy], [null, '']);
  const other = begin(local, 'Merging');
  assert.ok(!end(local, first, { error: new Error() }));
  assert.equal(local.busy, 'Merging');
  assert.ok(end(local, other, { error: null }));
});

test('the largest of merged topics counts, and what was merged before is merged again', () => {
  const chosen = [{ key: 'c3', size: 2 }, { key: 'c1', size: 9 }, { key: 'c2', size: 5 }];
  assert.deepEqual(mergeBody(chosen, ' all '), { keys: ['c1', 'c2', 'c3'], label: 'all' });
  assert.deepEqual(mergeBody(chosen, ' '), { keys: ['c1', 'c2', 'c3'] });
  assert.deepEqual(mergeUndo(['c1', 'c2'], []), [['clusters/_unmerge', { key: 'c1' }]]);
  assert.deepEqual(mergeUndo(['c1', 'c2'], [{ key: 'c1' }, { key: 'c2', merged: ['c7'], label: 'two' }, { key: 'c4', merged: ['c5'] }]),
    [['clusters/_unmerge', { key: 'c1' }], ['clusters/_merge', { keys: ['c2', 'c7'], label: 'two' }]]);
});

test('all topics stand in an outline, and are found with their parents', () => {
  const list = [{ key: 'c0', size: 3, label: 'a', parent: 'p0' }, { key: 's1', size: 1, label: 'north', parent: 'c1' }, { key: 's0', size: 4, label: 'b', parent: 'c1', terms: [{ term: 'polar' }] },
    { key: 'p0', size: 8, label: 'p', children: ['c0', 'c1'] }, { key: 'c1', size: 5, label: 'c', parent: 'p0', children: ['s0', 's1'] }, { key: 'c9', size: 1, label: 'd', note: 'see', parent: 'gone' }];
  const rows = outline(list);
  assert.deepEqual(rows.map(({ cluster, depth }) => `${cluster.key}/${depth}`), ['p0/0', 'c1/1', 's0/2', 's1/2', 'c0/1', 'c9/0']);
  assert.deepEqual(matching(rows, 'Polar').map(({ cluster }) => cluster.key), ['p0', 'c1', 's0']);
  assert.deepEqual(matching(rows, ' see ').map(({ cluster }) => cluster.key), ['c9']);
  assert.equal(matching(rows, ''), rows);
  assert.deepEqual(list.filter(isSplit).map((each) => each.key), ['c1']);
  assert.ok(!isSingle(list[3]) && isSingle(list[0]));
});

test('subjects of people are rows of a form, and a definition keeps everything else', () => {
  const seeds = [{ label: 'Energy', terms: ['oil', 'crude oil'] }, { label: 'X', ids: [{ _id: '1' }] }];
  assert.deepEqual(seedsOf(rowsOf(seeds)), seeds);
  const places = [{ terms: ['Washington, D.C.', 'potomac'] }];
  assert.deepEqual(seedsOf(rowsOf(places)), places);
  assert.deepEqual(seedsOf(rowsOf(places).map((row) => ({ ...row, terms: 'potomac, senate' }))), [{ terms: ['potomac', 'senate'] }]);
  assert.deepEqual(seedsOf([{ label: ' ', terms: ' oil ,, opec;' }, { label: '', terms: ' ' }]), [{ terms: ['oil', 'opec'] }]);
  const model = { model: 'm', state: 'ready', preset: 'small', source: { index: ['i'] }, target_field: 'l', clusters: { count: 'auto', seed: 42, seeds } };
  assert.deepEqual(definitionOf(model, [{ terms: ['a'] }], seeds), { preset: 'small', source: { index: ['i'] }, target_field: 'l', clusters: { count: 'auto', seed: 42, seeds: [{ terms: ['a'] }] } });
  assert.deepEqual(definitionOf(model, [], seeds).clusters, { count: 'auto', seed: 42 });
  assert.deepEqual(definitionOf({ source: {} }, [{ terms: ['a'] }], []).clusters, { seeds: [{ terms: ['a'] }] });
  assert.throws(() => definitionOf(model, [], []), /Somebody else/);
});

test('words of a search, without operators, fields and query DSL', () => {
  assert.deepEqual(wordsOf('(galaxy OR comet) NOT title:x "naïve fan" gal* it’s'), ['galaxy', 'comet', 'naïve', 'fan', 'it’s']);
  assert.deepEqual(wordsOf('{"match_all": {}}'), []);
});

test('a typed document has its texts at their paths', () => {
  assert.deepEqual(documentOf([['title', ''], ['body.en', 'b'], ['body.de', 'c']]), { body: { en: 'b', de: 'c' } });
});

test('words come and go along a way', () => {
  const step = (...words) => ({ words: words.map(([term, probability]) => ({ term, probability })) });
  const rows = trail([step(['sun', 0.3], ['sea', 0.1]), step(['sea', 0.2], ['fish', 0.1]), step(['fish', 0.4], ['sea', 0.1])], 1);
  assert.deepEqual(rows, [{ term: 'sun', values: [0.3, 0, 0] }, { term: 'sea', values: [0.1, 0.2, 0.1] }, { term: 'fish', values: [0, 0.1, 0.4] }]);
});

test('markup in documents stays text', () => {
  assert.deepEqual(split('a \u0001<b>\u0002 c'), [{ text: 'a ', match: false }, { text: '<b>', match: true }, { text: ' c', match: false }]);
  const hit = { _id: '1', _source: { title: 'T', body: 'x' }, highlight: { title: ['\u0001T\u0002'], body: ['\u0001x\u0002'] } };
  assert.deepEqual(hitText(hit, ['title', 'body']), { title: '\u0001T\u0002', snippets: ['\u0001x\u0002'] });
});

test('topics stand below their parents', () => {
  const top = tree([{ key: 'c0', parent: 'p0', count: 2 }, { key: 'c1', count: 1 }], [{ key: 'p0', doc_count: 2 }, { key: 'c1', doc_count: 1 }]);
  assert.deepEqual(top.map((each) => [each.key, each.children.length]), [['p0', 1], ['c1', 0]]);
});

test('the parts of a split topic stand below it, and it below its parent', () => {
  const parts = [{ key: 's0', parent: 'c1', count: 1, share: 0.1 }, { key: 'c0', parent: 'p0', count: 5, share: 0.5 }, { key: 's1', parent: 'c1', count: 3, share: 0.3 }];
  const parents = [{ key: 'p0', doc_count: 9, share: 0.9 }];
  assert.ok(hasParts(parts, parents) && !hasParts([parts[1]], parents));
  const [p0] = tree(parts, parents, [{ key: 'c1', label: 'split', custom_label: 'named', parent: 'p0' }]);
  assert.deepEqual([p0.count, p0.children.map((each) => each.key)], [9, ['c0', 'c1']]);
  const whole = p0.children[1];
  assert.deepEqual([whole.label, whole.count, whole.children.map((each) => each.key)], ['named', 4, ['s1', 's0']]);
  assert.ok(Math.abs(whole.share - 0.4) < 1e-9);
  assert.deepEqual(tree(parts, parents).map((each) => each.key), ['p0', 'c1']);
});

test('hits find their topics', () => {
  const bucket = { key: 'c1', label: 'L', hits: { hits: { hits: [{ _index: 'i', _id: '1' }] } } };
  assert.equal(chips({ aggregations: { topics: { buckets: [bucket] } } }).get('i/1').key, 'c1');
});

test('a model learns from text, from titles twice, and not from sub-fields', () => {
  const caps = { fields: { body: { text: { type: 'text' } }, 'body.en': { text: { type: 'text' } }, title: { text: { type: 'text' } },
    kind: { keyword: { type: 'keyword', aggregatable: true } }, _id: { _id: { type: '_id', metadata_field: true } } } };
  assert.deepEqual(defaultDefinition('i', fieldsOf(caps)).source, { index: ['i'], fields: ['title^2', 'body'] });
});

test('camera and transform are each other’s inverse', () => {
  const camera = { x: 0.3, y: -0.2, scale: 700 };
  const back = cameraOf(transformOf(camera, 800, 600), 800, 600);
  ['x', 'y', 'scale'].forEach((name) => assert.ok(Math.abs(back[name] - camera[name]) < 1e-9, name));
  const [x, y] = toWorld(camera, 800, 600, ...toScreen(camera, 800, 600, 0.1, 0.2));
  assert.ok(Math.abs(x - 0.1) < 1e-9 && Math.abs(y - 0.2) < 1e-9);
});

test('the window is a square within the world', () => {
  assert.deepEqual(windowOf(wholeWorld(800, 600), 800, 600), { x: [-1, 1], y: [-1, 1] });
  const bounds = windowOf({ x: 0.95, y: 0, scale: 3000 }, 900, 600);
  assert.deepEqual(bounds, { x: [0.7, 1], y: [-0.15, 0.15] });
  assert.equal(gridOf(bounds, { scale: 3000 }), 144);
  assert.equal(gridOf({ x: [-1, 1] }, { scale: 5000 }), 176);
});

test('no two labels overlap, and the biggest has its place', () => {
  const labels = Array.from({ length: 60 }, (_, i) => ({ px: 200 + (i % 7) * 20, py: 150 + (i % 5) * 12, width: 60, height: 16, weight: i }));
  const placed = placeLabels(labels, 500, 400);
  assert.equal(placed[0].weight, 59);
  placed.forEach((a, i) => placed.slice(i + 1).forEach((b) => assert.ok(a.left + a.width <= b.left || b.left + b.width <= a.left
    || a.top + a.height <= b.top || b.top + b.height <= a.top)));
});

test('a lasso keeps its shape with few corners; a cell is found by a point in it', () => {
  const circle = Array.from({ length: 400 }, (_, i) => [200 + 100 * Math.cos(i / 64), 200 + 100 * Math.sin(i / 64)]);
  assert.ok(simplify(circle, 1).length < 40);
  assert.deepEqual(rectangle([0.5, -0.1], [0.2, 0.4]), { x: [0.2, 0.5], y: [-0.1, 0.4] });
  const map = { bounds: { x: [-1, 1], y: [-1, 1] }, cell: { x: 0.5, y: 0.5 }, cells: [{ x: 0.25, y: -0.75, doc_count: 3 }] };
  assert.equal(cellAt(map, [0.4, -0.6]).doc_count, 3);
  assert.equal(cellAt(map, [0.6, -0.6]), undefined);
});

test('the counts of topics stand at the same times, with nothing where there is none', () => {
  const clusters = [{ key: 'a', trend: [{ t: 30, count: 3 }, { t: 10, count: 1 }] }, { key: 'b', trend: [{ t: 20, count: 2 }] }, { key: 'c' }];
  assert.deepEqual([...seriesOf(clusters)], [['a', [1, 0, 3]], ['b', [0, 2, 0]], ['c', [0, 0, 0]]]);
  assert.equal(seriesOf([{ key: 'a', trend: [{ t: 1, count: 1 }] }]).size, 0);
});
