import { type Koffi, loadKoffi } from '../../system/koffi.ts';

/** The names of one library: its ABI version, Debian's name for it, and that of its development package. */
const libraryNames = ['libpcap.so.1', 'libpcap.so.0.8', 'libpcap.so'];

const dltRaw = 12;
/** libpcap's own maximum, larger than any packet that fits the ring. */
const snapLength = 262_144;
const netmaskUnknown = 0xffff_ffff;

/**
 * Compiles a pcap-filter expression for packets that begin at the IP header. Returns instructions of 8 bytes
 * (`struct bpf_insn`, the same as the kernel's `struct sock_filter`).
 */
export function compileExpression(expression: string): Buffer {
  const koffi = loadKoffi();
  const libpcap = loadLibrary(koffi);
  try {
    return compile(koffi, libpcap, expression);
  } finally {
    libpcap.unload();
  }
}

function loadLibrary(koffi: Koffi): ReturnType<Koffi['load']> {
  for (const name of libraryNames) {
    try {
      return koffi.load(name);
    } catch {
      // The next name may be the one this system uses.
    }
  }
  throw new Error(
    'it needs libpcap, which is not installed: add the package libpcap0.8 (Debian, Ubuntu) or libpcap (Alpine), ' +
      'or use the default `tcp`, which works without',
  );
}

function compile(koffi: Koffi, libpcap: ReturnType<Koffi['load']>, expression: string): Buffer {
  const openDead = libpcap.func('void *pcap_open_dead(int linktype, int snaplen)');
  const compileInto = libpcap.func(
    'int pcap_compile(void *handle, void *program, const char *expression, int optimize, uint32_t netmask)',
  );
  const lastError = libpcap.func('const char *pcap_geterr(void *handle)') as (handle: bigint) => string;
  const freeCode = libpcap.func('void pcap_freecode(void *program)');
  const close = libpcap.func('void pcap_close(void *handle)');

  const handle = openDead(dltRaw, snapLength) as bigint;
  try {
    // struct bpf_program: the number of instructions, 4 bytes of padding, the address of the first one.
    const program = Buffer.alloc(16);
    if (compileInto(handle, program, expression, 1, netmaskUnknown) !== 0) throw new Error(lastError(handle));
    const length = program.readUInt32LE(0) * 8;
    const instructions = Buffer.from(Buffer.from(koffi.view(program.readBigUInt64LE(8), length)));
    freeCode(program);
    return instructions;
  } finally {
    close(handle);
  }
}
