// Loaded into each emulated process: what it starts as itself has to be emulated, too.
if (process.env.EMULATED_NODE !== undefined) process.execPath = process.env.EMULATED_NODE;
