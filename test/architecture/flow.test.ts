import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileCircles, folderCircles } from '../support/architecture/circles.ts';
import { computedImports, importsOf } from '../support/architecture/imports.ts';
import { againstTheInnerFlow } from '../support/architecture/inner-flow.ts';
import { againstTheFlow, mayImport, roomOf, rooms } from '../support/architecture/rooms.ts';
import { SourceTree } from '../support/architecture/source-tree.ts';
import { tryRule } from '../support/architecture/try-rule.ts';

describe('the flow of imports', () => {
  const tree = SourceTree.open();
  after(() => tree.close());
  const modules = tree.in('src');
  const imports = modules.flatMap(importsOf);

  test('every folder is a stage or one of the few folders beside them', () => {
    assert.deepEqual(
      [...new Set(modules.map(({ path }) => roomOf(path)))].filter((room) => !rooms.includes(room)),
      [],
    );
  });

  test('every file is found, and every import is written out', () => {
    assert.ok(modules.length > 200 && imports.length > modules.length);
    assert.deepEqual(computedImports(modules), []);
  });

  test('a stage knows only itself, stages to its left, and the ground floor', () => {
    assert.deepEqual(againstTheFlow(imports), []);
  });

  test('a folder inside of a stage knows only itself and those before it', () => {
    assert.deepEqual(againstTheInnerFlow(imports), []);
  });

  test('no files import each other in a circle, not even types', () => {
    assert.deepEqual(fileCircles(imports), []);
  });

  test('no folders import each other in a circle', () => {
    assert.deepEqual(folderCircles(imports), []);
  });

  test('no file is a drawer: none is called utils, types or index', () => {
    const drawers = modules.filter(({ path }) => /\/(utils?|helpers?|types|common|index)\.ts$/.test(path));
    assert.deepEqual(
      drawers.map(({ path }) => path),
      [],
    );
  });

  test('only main reads the environment', () => {
    const readers = modules.filter(({ text }) => /process\.env\b/.test(text)).map(({ path }) => path);
    assert.deepEqual(readers, ['src/main.ts']);
  });
});

describe('an import', () => {
  const against = [
    ['packet/decode.ts', 'tcp/stream.ts'],
    ['tcp/stream.ts', 'http/body.ts'],
    ['tcp/stream.ts', 'stream/detector.ts'],
    ['http/body.ts', 'http1/connection.ts'],
    ['http1/connection.ts', 'exchange/exchange.ts'],
    ['http1/connection.ts', 'http2/frames.ts'],
    ['exchange/exchange.ts', 'http1/connection.ts'],
    ['record/build.ts', 'http1/connection.ts'],
    ['record/build.ts', 'sink/sink.ts'],
    ['record/build.ts', 'config/kind.ts'],
    ['record/build.ts', 'pipeline.ts'],
    ['sink/sink.ts', 'config/settings.ts'],
    ['sink/file/file.ts', 'config/kind.ts'],
    ['sink/file/variables.ts', 'config/settings.ts'],
    ['sink/file/variables.ts', 'sinks.ts'],
    ['config/settings.ts', 'sink/file/variables.ts'],
    ['config/settings.ts', 'pipeline.ts'],
    ['bytes/integers.ts', 'telemetry/counters.ts'],
    ['bytes/integers.ts', 'packet/segment.ts'],
    ['telemetry/counters.ts', 'packet/segment.ts'],
    ['tcp/stream.ts', 'system/libc.ts'],
    ['system/libc.ts', 'capture/frame.ts'],
    ['metrics/metric.ts', 'app/logger.ts'],
    ['app/logger.ts', 'main.ts'],
    ['record/build.ts', '../test/support/record/example.ts'],
  ] as const;
  const along = [
    ['sink/file/file.ts', 'record/record.ts'],
    ['sink/file/variables.ts', 'config/number-kinds.ts'],
    ['record/build.ts', 'record/schema/flat.ts'],
    ['exchange/exchange.ts', 'http/body.ts'],
    ['http1/connection.ts', 'http/body.ts'],
    ['http1/connection.ts', 'stream/layer.ts'],
    ['stream/detector.ts', 'tcp/stream.ts'],
    ['tcp/stream.ts', 'bytes/integers.ts'],
    ['tcp/stream.ts', 'telemetry/counters.ts'],
    ['config/settings.ts', 'sinks.ts'],
    ['capture/live/af-packet.ts', 'system/libc.ts'],
    ['sink/spool/spool-lock.ts', 'system/libc.ts'],
    ['metrics/metric.ts', 'exchange/exchange.ts'],
    ['app/logger.ts', 'pipeline.ts'],
    ['pipeline.ts', 'http1/connection.ts'],
    ['main.ts', 'app/logger.ts'],
  ] as const;
  const isAllowed = ([from, target]: readonly [string, string]) => mayImport(`src/${from}`, posix.join('src', target));

  for (const way of against) test(`from ${way[0]} to ${way[1]} is refused`, () => assert.equal(isAllowed(way), false));
  for (const way of along) test(`from ${way[0]} to ${way[1]} is accepted`, () => assert.equal(isAllowed(way), true));
});

describe('what is said of imports against the flow', () => {
  tryRule((_, modules) => againstTheFlow(modules.flatMap(importsOf)), {
    refused: {
      'an import': "import { x } from '../http/body.ts';",
      'an import of a type': "import type { X } from '../http/body.ts';",
      'an import for its effects': "import '../http/body.ts';",
      'an import on demand': "export const load = () => import('../http/body.ts');",
      'an import within a type': "export type X = import('../http/body.ts').Body;",
      'an export of what another stage has': "export { x } from '../http/body.ts';",
      'an export of all that another stage has': "export * from '../http/body.ts';",
    },
    accepted: {
      'an import in a comment': "// import { x } from '../http/body.ts';",
      'an import in a string': 'export const text = "import { x } from \'../http/body.ts\';";',
      'an import of a package': "import { join } from 'node:path';",
    },
  });
  tryRule((_, modules) => computedImports(modules), {
    refused: { 'an import of a computed name': 'export const load = (name: string) => import(name);' },
    accepted: { 'an import on demand by name': "export const load = () => import('./case-0.ts');" },
  });

  test('it names the place, the import, and what may be imported there', () => {
    const tree = SourceTree.plant({ 'src/tcp/a.ts': "\nimport { x } from '../http/body.ts';" });
    assert.deepEqual(againstTheFlow(tree.modules.flatMap(importsOf)), [
      'src/tcp/a.ts:2: src/http/body.ts is not to be known here: ' +
        'tcp/ knows only bytes/, telemetry/, capture/, packet/',
    ]);
    tree.close();
  });
});

describe('inside of a stage, an import', () => {
  const findings = (from: string, to: string) => {
    const tree = SourceTree.plant({ [`src/${from}`]: `import '${to}';` });
    const found = againstTheInnerFlow(tree.modules.flatMap(importsOf));
    tree.close();
    return found;
  };

  test('against the order of the folders is found, and so is a folder without a place in it', () => {
    assert.deepEqual(findings('tcp/reassembly/a.ts', '../lookup/b.ts'), [
      'src/tcp/reassembly/a.ts:1: src/tcp/lookup/b.ts is not to be known here: ' +
        'tcp/ is in the order reassembly, acceptance, connection, lookup, lifetime',
    ]);
    assert.equal(findings('http1/head/a.ts', '../body/b.ts').length, 1);
    assert.equal(findings('tcp/other/a.ts', '../reassembly/b.ts').length, 1);
    assert.equal(findings('tcp/lifetime/a.ts', '../other/b.ts').length, 1);
  });

  test('along it, within a folder, of and from what is directly in the stage, and in other stages is none', () => {
    assert.deepEqual(findings('tcp/lookup/a.ts', '../reassembly/b.ts'), []);
    assert.deepEqual(findings('tcp/lookup/a.ts', './b.ts'), []);
    assert.deepEqual(findings('tcp/lookup/a.ts', '../stream.ts'), []);
    assert.deepEqual(findings('tcp/table.ts', './lifetime/b.ts'), []);
    assert.deepEqual(findings('http1/pairing/a.ts', '../../tcp/lookup/b.ts'), []);
    assert.deepEqual(findings('record/body/a.ts', '../headers/b.ts'), []);
  });
});

describe('a circle', () => {
  const importsAmong = (texts: Readonly<Record<string, string>>) => {
    const tree = SourceTree.plant(texts);
    const imports = tree.modules.flatMap(importsOf);
    tree.close();
    return imports;
  };

  test('of files is found once, also where only types are imported', () => {
    const imports = importsAmong({
      'src/tcp/a.ts': "import { b } from './b.ts'; export const a = b;",
      'src/tcp/b.ts': "import type { C } from './c.ts'; export const b: C = 1;",
      'src/tcp/c.ts': "export type C = number; export type A = typeof import('./a.ts').a; import './d.ts';",
      'src/tcp/d.ts': 'export {};',
    });
    assert.deepEqual(fileCircles(imports), ['src/tcp/a.ts -> src/tcp/b.ts -> src/tcp/c.ts -> src/tcp/a.ts']);
    assert.deepEqual(folderCircles(imports), []);
  });

  test('of folders is found where no files form one', () => {
    const imports = importsAmong({
      'src/sink/spool/a.ts': "import '../delivery/b.ts';",
      'src/sink/delivery/b.ts': 'export {};',
      'src/sink/delivery/c.ts': "import '../spool/d.ts';",
      'src/sink/spool/d.ts': 'export {};',
    });
    assert.deepEqual(fileCircles(imports), []);
    assert.deepEqual(folderCircles(imports), ['src/sink/delivery -> src/sink/spool -> src/sink/delivery']);
  });

  test('of a folder and one inside of it is none', () => {
    const imports = importsAmong({
      'src/sink/a.ts': "import './file/b.ts';",
      'src/sink/file/b.ts': "import '../c.ts';",
      'src/sink/c.ts': 'export {};',
    });
    assert.deepEqual(folderCircles(imports), []);
  });
});
