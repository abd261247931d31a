// Loaded before every test file: where coverage is measured, it is that of the test itself, and programs that it starts
// are not made slower.
if (process.env['NODE_TEST_CONTEXT'] !== undefined) delete process.env['NODE_V8_COVERAGE'];
