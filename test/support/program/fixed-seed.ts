// Loaded before every test file: property tests try the same cases each time, unless FUZZ_SEED says otherwise (a
// number, or `random`).
import fc from 'fast-check';

const wanted = process.env['FUZZ_SEED'] ?? '20261123';
if (wanted !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted) });
